"""The passwords of the servers that a stack starts: made at its first start, kept in a file for its owner's eyes."""

import json
import secrets
from pathlib import Path

from connections.permissions import write_private
from infra.errors import CannotRun

RANDOM_BYTES = 24


class KeptPasswords:
    """A file with the password of each user of each server."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def provide(self, server: str, *users: str) -> dict[str, str]:
        """Return the passwords of a server's users, and make those that are missing. Raises `CannotRun`."""
        known = self._read()
        there = known.setdefault(server, {})
        missing = [user for user in users if user not in there]
        if missing:
            there.update((user, secrets.token_hex(RANDOM_BYTES)) for user in missing)
            self._write(known)
        return there

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            known: dict[str, dict[str, str]] = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise CannotRun(f"{self._path} cannot be read: {error}. Delete it, and start again.") from error
        return known

    def _write(self, known: dict[str, dict[str, str]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_private(self._path, json.dumps(known, indent=2))
