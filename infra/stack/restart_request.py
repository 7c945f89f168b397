"""The wish to have the storefronts of a running stack restarted: a file in its folder, which goes when it is done."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RestartRequest:
    """The file in a stack's ``run`` folder."""

    folder: Path

    @property
    def _path(self) -> Path:
        return self.folder / "restart"

    @property
    def _problem_path(self) -> Path:
        return self.folder / "restart.problem"

    @property
    def is_made(self) -> bool:
        """Whether somebody has asked, and it is not done yet."""
        return self._path.exists()

    @property
    def problem(self) -> str:
        """What went wrong last time; empty if nothing did."""
        return self._problem_path.read_text(encoding="utf-8") if self._problem_path.exists() else ""

    def make(self) -> None:
        """Ask for it. To ask twice is to ask once."""
        self._path.touch()

    def clear(self, problem: str = "") -> None:
        """Say that it is done, or what went wrong."""
        if problem:
            self._problem_path.write_text(problem, encoding="utf-8")
        else:
            self._problem_path.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)
