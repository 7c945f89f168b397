"""Fetching one file whose hash is known: bounded in time, tried again, and never left half done."""

import hashlib
import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO

from infra.setup.commands import Failed

TRIES = 3
SECONDS_OF_SILENCE = 30.0
SECONDS_OF_ONE_TRY = 300.0
CHUNK = 1 << 16


def fetch(
    request: urllib.request.Request,
    target: Path,
    sha512: str,
    trusted: ssl.SSLContext | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Fetch a file, through the proxies that the environment names. Raises `Failed`.

    What does not have the right hash is not kept.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    try:
        for tried in range(1, TRIES + 1):
            try:
                digest = _fetch_once(request, part, trusted)
                break
            except (OSError, http.client.HTTPException) as error:
                if tried == TRIES or _is_final(error):
                    raise Failed(f"{request.full_url} could not be fetched: {error}") from error
            pause(2.0**tried)
        if digest != sha512:
            raise Failed(f"{request.full_url} is not the file it should be: its SHA-512 is {digest}, not {sha512}.")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _fetch_once(request: urllib.request.Request, part: Path, trusted: ssl.SSLContext | None) -> str:
    deadline = time.monotonic() + SECONDS_OF_ONE_TRY
    opened = urllib.request.urlopen(request, timeout=SECONDS_OF_SILENCE, context=trusted)  # noqa: S310 - http or https
    with opened as answer, part.open("wb") as file:
        return _copy(answer, file, int(answer.headers.get("Content-Length") or 0), deadline)


def _copy(source: IO[bytes], target: IO[bytes], size: int, deadline: float) -> str:
    digest, copied = hashlib.sha512(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        target.write(chunk)
        copied += len(chunk)
        if time.monotonic() > deadline:
            raise TimeoutError(f"only {copied:,} bytes came in {SECONDS_OF_ONE_TRY:.0f} s")
    if copied < size:
        raise ConnectionError(f"only {copied:,} of {size:,} bytes came")
    return digest.hexdigest()


def _is_final(error: Exception) -> bool:
    return isinstance(error, urllib.error.HTTPError) and 400 <= error.code < 500 and error.code not in (408, 429)
