"""Codes by time (TOTP, RFC 6238): six figures, new ones every 30 seconds, of a secret that app and shop share."""

import hmac
import re
from typing import Any

STEP_SECONDS = 30
SKEW_STEPS = 1
"""Steps that an app's clock may be behind or ahead."""

ISSUER = "Riverfront"
_CODE = re.compile(r"[0-9]{6}\Z")


def new_secret() -> str:
    """Return a new secret of 160 bits, in base32 as apps take it."""
    import pyotp

    return str(pyotp.random_base32())


def address_of(secret: str, email: str) -> str:
    """Return the ``otpauth:`` address by which an app learns a secret."""
    return str(_codes(secret).provisioning_uri(name=email, issuer_name=ISSUER))


def step_at(now: float) -> int:
    """Return the number of the step at a time."""
    return int(now // STEP_SECONDS)


def code_at(secret: str, step: int) -> str:
    """Return the code of a step."""
    return str(_codes(secret).generate_otp(step))


def step_of(secret: str, typed: str, now: float) -> int | None:
    """Return the step whose code this is, of those that an app may show now; None if it is of none of them."""
    code = "".join(typed.split())
    if not _CODE.match(code):
        return None
    present = step_at(now)
    steps = range(present - SKEW_STEPS, present + SKEW_STEPS + 1)
    # All are compared, so that the time does not tell which one it was.
    matching = [step for step in steps if hmac.compare_digest(code_at(secret, step), code)]
    return matching[-1] if matching else None


def picture_of(address: str) -> str:
    """Draw an address as a QR code: an SVG to stand in a page, dark on light in any theme, with its margin."""
    import segno

    drawn = segno.make(address, error="m", micro=False)
    return str(drawn.svg_inline(border=4, dark="#000", light="#fff", omitsize=True))


def in_groups(secret: str) -> str:
    """Return a secret as somebody types it into an app: in groups of four.

    >>> in_groups("ABCDEFGHIJ")
    'ABCD EFGH IJ'
    """
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _codes(secret: str) -> Any:
    # Imported late, like what draws: a start need not pay for them.
    import pyotp

    return pyotp.TOTP(secret, interval=STEP_SECONDS)
