"""uv, which installs Python packages from hashed locks: the one on the path, else one of our own by pip."""

import shutil
import sys
from pathlib import Path

from infra.setup.clone import Clone
from infra.setup.commands import Failed, run, succeeds
from infra.setup.system import install_packages, require


class Uv:
    """The installer of Python packages."""

    def __init__(self, clone: Clone) -> None:
        self._places = clone
        self._own = clone.tools / "uv"

    def find(self) -> Path | None:
        """Return a uv that runs, if there is one."""
        on_path = shutil.which("uv")
        candidates = [Path(on_path)] if on_path else []
        return next((uv for uv in [*candidates, self._own / "bin" / "uv"] if succeeds([uv, "--version"])), None)

    def install(self) -> None:
        """Install uv with pip into a folder of its own, outside the system's Python. Raises `Failed`."""
        pip, lock, log = (sys.executable, "-m", "pip"), self._places.lock("uv"), self._places.log
        if not succeeds([*pip, "--version"]):
            install_packages(["pip"], log)
            require([] if succeeds([*pip, "--version"]) else ["pip"])
        install = (*pip, "install", "-q", "--upgrade", "--target", self._own, "--require-hashes", "-r", lock)
        run(install, log, {"PIP_DISABLE_PIP_VERSION_CHECK": "1"})
        if self.find() is None:
            raise Failed(f"uv was installed into {self._own} but does not run. See {self._places.log}.")

    def run(self, *words: str | Path) -> None:
        """Run uv to its end. Raises `Failed`."""
        uv = self.find()
        if uv is None:
            raise Failed("uv is missing.")
        run([uv, *words], self._places.log, {"UV_NO_PROGRESS": "1", "VIRTUAL_ENV": ""})

    def install_folder(self, lock: Path, folder: Path) -> None:
        """Install the wheels of a lock, without what they depend on, into a folder of their own. Raises `Failed`."""
        self.run(
            *("pip", "install", "-q", "--python", sys.executable, "--target", folder),
            *("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", lock),
        )
