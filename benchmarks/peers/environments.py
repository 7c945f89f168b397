"""An environment of its own for each library: a virtual one from a lock with hashes, or a program built by Go."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.commands import PeerFailed, run_within
from infra.programs.binaries import ROOT
from infra.setup.clone import Clone
from infra.setup.uv import Uv

HERE = Path(__file__).parent
LOCKS = HERE / "requirements"
GO_MODULE = HERE / "gorse" / "go.mod"
GO_PROGRAM = "github.com/gorse-io/gorse/cmd/gorse-in-one"
PYTHON = "3.11"


@dataclass(frozen=True, slots=True)
class PeerEnvironment:
    """Where a library is installed.

    Attributes
    ----------
    name
        Of the library, and of the folder.
    source
        The lock or module file that says what is in it.
    """

    name: str
    source: Path

    def prepare(self, folder: Path, seconds: float) -> Path:
        """Install it, unless it is there; returns its folder.

        Parameters
        ----------
        folder
            Of all environments.
        seconds
            How long each step may take.

        Raises
        ------
        PeerFailed
            If it cannot be installed.
        """
        own, stamp = folder / self.name, folder / f"{self.name}.stamp"
        if not self.source.exists():
            raise PeerFailed(f"{self.source.name} is missing")
        digest = hashlib.sha256(self.source.read_bytes()).hexdigest()
        if not (own.is_dir() and stamp.exists() and stamp.read_text("utf-8") == digest):
            stamp.unlink(missing_ok=True)
            shutil.rmtree(own, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            install = build_program if self.source.suffix == ".mod" else install_packages
            install(self.source, own, folder / f"{self.name}.install.log", seconds)
            stamp.write_text(digest, "utf-8")
        return own


def install_packages(lock: Path, folder: Path, log: Path, seconds: float) -> None:
    """Install a lock's packages into a new virtual environment. Raises `PeerFailed`."""
    uv = Uv(Clone(ROOT)).find()
    if uv is None:
        raise PeerFailed("uv is needed to install it")
    quiet = {"UV_NO_PROGRESS": "1", "VIRTUAL_ENV": ""}
    run_within([uv, "venv", "-q", "--no-project", "--python", PYTHON, folder], seconds, log, quiet)
    python: tuple[str | Path, ...] = ("--python", folder / "bin" / "python")
    run_within([uv, "pip", "install", "-q", *python, "--require-hashes", "-r", lock], seconds, log, quiet)


def build_program(module: Path, folder: Path, log: Path, seconds: float) -> None:
    """Build the server that a Go module requires; its checksums are looked up. Raises `PeerFailed`."""
    folder.mkdir()
    shutil.copy(module, folder / "go.mod")
    build: list[str | Path] = ["go", "build", "-mod=mod", "-o", folder / "gorse-in-one", GO_PROGRAM]
    run_within(build, seconds, log, {"GOFLAGS": "", "GOWORK": "off"}, folder)
