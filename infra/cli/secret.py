"""``riverfront secret``: a key that nobody can guess, and a file of settings with all that a shop for others needs."""

import os
import secrets
import stat
import sys
from pathlib import Path

import click

from infra.errors import CannotRun

PRIVATE = 0o600

ENVIRONMENT = """\
# Riverfront for others, by `docker compose up`, or by `set -a; . ./.env; set +a; riverfront up`. See docs/security.md.
# Keep this file to yourself (chmod 600) and out of version control: who reads it can sign in as anybody.
RIVERFRONT_DEMO=0
RIVERFRONT_TLS=1
RIVERFRONT_TRUSTED_PROXIES=1
RIVERFRONT_OPS_OPEN=0

# Made up for you, each for one thing. Compose takes the passwords at its next start.
RIVERFRONT_SECRET={}
RIVERFRONT_METRICS_TOKEN={}
REDIS_PASSWORD={}
KAFKA_PASSWORD={}
POSTGRES_PASSWORD={}

# Fill in: the public address, such as https://shop.example; further names that the shop answers to, if it has any; the
# mail server, such as smtps://user:password@mail.example; and the sender, such as shop@shop.example.
RIVERFRONT_ADDRESS=
RIVERFRONT_HOSTS=
RIVERFRONT_MAIL=
RIVERFRONT_MAIL_FROM=
"""


@click.command()
@click.option("--env", "as_environment", is_flag=True, help="Print all settings that a shop for others needs.")
@click.option(
    "--to",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to a new FILE that only you can read. One that is there is never overwritten.",
)
@click.option(
    "--servers",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="For docker compose: write the passwords of Redis, Kafka and PostgreSQL into FOLDER, and check the settings.",
)
def secret(as_environment: bool, file: Path | None, folder: Path | None) -> None:
    """Print a new key for RIVERFRONT_SECRET or RIVERFRONT_METRICS_TOKEN. Keep it where only the shop can read it.

    With --env, print a file of settings instead, as in `riverfront secret --env > .env`.
    """
    if folder is not None:
        from infra.containers.server_passwords import provide_passwords

        provide_passwords(folder, os.environ)
        return
    text = build_environment() if as_environment else f"{new_secret()}\n"
    if file is not None:
        write_new(file, text)
        click.echo(f"Wrote {file}. Only you can read it.", err=True)
        return
    keep_output_private()
    click.echo(text, nl=False)


def new_secret() -> str:
    """Return 256 random bits, in digits that need no quotes anywhere."""
    return secrets.token_hex(32)


def build_environment() -> str:
    """Return the settings, with new secrets."""
    return ENVIRONMENT.format(*(new_secret() for _ in range(ENVIRONMENT.count("{}"))))


def write_new(file: Path, text: str) -> None:
    """Write a file that was not there, and that nobody but its owner can read at any moment. Raises `CannotRun`."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    except FileExistsError as error:
        raise CannotRun(f"{file} exists already, and is left as it is. Name another file, or move it away.") from error
    except OSError as error:
        raise CannotRun(f"{file} cannot be written: {error.strerror}.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as output:
        output.write(text)


def keep_output_private() -> None:
    """Take a file to which the shell sends the output from everybody else."""
    try:
        descriptor = sys.stdout.fileno()
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, PRIVATE)
    except (OSError, ValueError):
        # No file, or another user's.
        return
