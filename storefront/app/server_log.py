"""gunicorn's log: as that of the rest of the process, so that what clients send cannot forge or flood it."""

from typing import Any

from gunicorn.glogging import Logger


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn is untyped
    """Hands gunicorn's lines to the process' own handler, unless they have a file of their own."""

    def setup(self, cfg: Any) -> None:
        """Take the configuration."""
        super().setup(cfg)
        if cfg.errorlog == "-":
            self.error_log.handlers.clear()
            self.error_log.propagate = True
