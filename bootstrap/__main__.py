"""``python -m bootstrap``: the same command as ``riverfront bootstrap``."""

from bootstrap.command import bootstrap_command

if __name__ == "__main__":
    bootstrap_command(prog_name="bootstrap")
