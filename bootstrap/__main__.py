"""``python -m bootstrap``: the same command as ``riverfront bootstrap``."""

from bootstrap.command import bootstrap_command
from connections.permissions import keep_files_private

if __name__ == "__main__":
    keep_files_private()
    bootstrap_command(prog_name="bootstrap")
