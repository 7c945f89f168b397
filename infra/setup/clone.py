"""The clone that is set up: everything that setup gets goes inside it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Clone:
    """The folders of one clone."""

    root: Path

    @property
    def tools(self) -> Path:
        """Programs that were not on the path, each in a folder of its own."""
        return self.root / ".tools"

    @property
    def stamps(self) -> Path:
        """One small file per finished step: the hash of what went into it."""
        return self.tools / "stamps"

    @property
    def log(self) -> Path:
        """What the installers printed."""
        return self.tools / "setup.log"

    @property
    def venv(self) -> Path:
        """The Python environment that holds `riverfront`."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The Python of that environment."""
        return self.venv / "bin" / "python"

    @property
    def python_client(self) -> Path:
        """The package of the Python client."""
        return self.root / "clients" / "python"

    @property
    def typescript_client(self) -> Path:
        """The package of the TypeScript client."""
        return self.root / "clients" / "typescript"

    def lock(self, name: str) -> Path:
        """Return the lock file of one set of packages."""
        return self.root / "locks" / f"{name}.lock"
