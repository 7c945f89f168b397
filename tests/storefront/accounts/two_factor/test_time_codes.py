"""Codes by time, by RFC 6238's own examples."""

import base64
import xml.etree.ElementTree as ET

import pytest

from storefront.accounts.two_factor.time_codes import (
    STEP_SECONDS,
    address_of,
    code_at,
    new_secret,
    picture_of,
    step_at,
    step_of,
)

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    assert code_at(SECRET, step_at(at)) == code
    assert step_of(SECRET, code, at) == step_at(at)


def test_a_clock_may_be_a_step_behind_or_ahead_and_no_more() -> None:
    now = 1_234_567_890
    present = step_at(now)
    found = [step_of(SECRET, code_at(SECRET, present + away), now) for away in range(-3, 4)]
    assert found == [None, None, present - 1, present, present + 1, None, None]


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "00592x", "\u0660\u0660\u0665\u0669\u0662\u0664", "-05924"]
)
def test_what_is_no_code_is_of_no_step(typed: str) -> None:
    assert step_of(SECRET, typed, 1_234_567_890) is None


def test_a_code_may_be_typed_as_the_app_shows_it() -> None:
    assert step_of(SECRET, " 005 924 ", 1_234_567_890) == 1_234_567_890 // STEP_SECONDS


def test_secrets_have_160_bits_and_are_new_each_time() -> None:
    secrets = {new_secret() for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(base64.b32decode(secret)) == 20 for secret in secrets)


def test_an_address_names_the_shop_and_the_account() -> None:
    address = address_of(SECRET, "ann+x@example.com")
    assert address.startswith("otpauth://totp/Riverfront:ann%2Bx%40example.com?")
    assert f"secret={SECRET}" in address
    assert "issuer=Riverfront" in address


def test_its_picture_is_an_svg_without_styles_or_scripts() -> None:
    picture = picture_of(address_of(SECRET, "ann@example.com"))
    ET.fromstring(picture)
    assert picture.startswith("<svg")
    assert "style=" not in picture
    assert "<script" not in picture
    assert "href" not in picture
