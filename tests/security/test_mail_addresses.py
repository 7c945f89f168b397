"""Addresses that a header would read as something else: another address, several, a line of the header."""

import threading
from collections.abc import Iterator
from email import message_from_string, policy
from pathlib import Path

import pytest

from storefront.accounts.email_address import InvalidAddress, check_address
from storefront.accounts.mail import SmtpMail
from tests.security.account_pages import a_running_shop, sign_up
from tests.storefront.accounts.test_mail import Server
from tests.storefront.running_shop import ShopProcess, wait_until

BAD = [
    "=?utf-8?q?eve=40evil.example=2C?=@example.com",
    "=?utf-8?b?ZXZlQGV2aWwuZXhhbXBsZQ==?=@example.com",
    "ann=?iso-8859-1?q?=0A?=@example.com",
    "ann@=?utf-8?q?example.com?=",
    "ann@example.com, eve@evil.example",
    "ann@example.com;eve@evil.example",
    "ann@example.com eve@evil.example",
    "Ann <ann@example.com>",
    "<ann@example.com>",
    "friends: ann@example.com, eve@evil.example;",
    "ann(comment)@example.com",
    "ann@(comment)example.com",
    '"ann"@example.com',
    '"ann@evil.example"@example.com',
    '"ann\\\r\nBcc: eve@evil.example"@example.com',
    "ann@example.com\r\nBcc: eve@evil.example",
    "ann@example.com%0ABcc:eve@evil.example",
    "ann\x00@example.com",
    "ann\x1b@example.com",
    "ann\N{RIGHT-TO-LEFT OVERRIDE}@example.com",
    "ann\N{ZERO WIDTH SPACE}@example.com",
    "ann\u2028@example.com",
    "\ud800@example.com",
    "ann@evil@example.com",
    "ann@[127.0.0.1]",
    "ann@[IPv6:::1]",
    "ann@localhost",
    "ann@.example.com",
    "ann@example..com",
    "ann@-example.com",
    ".ann@example.com",
    "ann.@example.com",
    "an..n@example.com",
    "ann@\N{FULLWIDTH LATIN SMALL LETTER E}xample.com",
    "\N{FULLWIDTH LATIN SMALL LETTER A}nn@example.com",
    "\ufdfa" * 20 + "@example.com",
    "a" * 65 + "@example.com",
    f"ann@{'a' * 64}.com",
    f"ann@{'abcdefg.' * 32}com",
    "@example.com",
    "ann@",
    "ann",
    "",
]
GOOD = ["ann@example.com", "ann+shop.2024@mail.example.co.uk", "o'connor@example.com", "j\u00f6rg@example.com"]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("address", BAD, ids=ascii)
def test_only_one_plain_address_is_taken(address: str) -> None:
    with pytest.raises(InvalidAddress):
        check_address(address)


@pytest.mark.parametrize("address", GOOD)
def test_the_addresses_that_people_have_are_taken(address: str) -> None:
    check_address(address)


@pytest.mark.parametrize("address", BAD, ids=ascii)
def test_no_email_goes_to_an_address_of_an_older_version_that_a_header_reads_otherwise(
    server: Server, address: str
) -> None:
    mail = SmtpMail(f"smtp://127.0.0.1:{server.server_address[1]}", "Shop <shop@example.com>", run)
    mail.send(address, "Hello", "A link: https://shop.example/secret")
    assert server.heard == []


def test_what_goes_out_is_for_one_mailbox_whatever_the_subject_says(server: Server) -> None:
    mail = SmtpMail(f"smtp://127.0.0.1:{server.server_address[1]}", "Shop <shop@example.com>", run)
    mail.send("ann@example.com", "Hello\r\nBcc: eve@evil.example", "Bcc: eve@evil.example")
    to = [line for line in server.heard if line.upper().startswith("RCPT TO")]
    assert [line.partition("<")[2].partition(">")[0] for line in to] == ["ann@example.com"]
    start = server.heard.index(next(line for line in server.heard if line.upper() == "DATA")) + 1
    message = message_from_string("\n".join(server.heard[start:]), policy=policy.default)
    assert [address.addr_spec for address in message["To"].addresses] == ["ann@example.com"]
    assert message["Bcc"] is None


@pytest.mark.integration
def test_the_form_of_a_running_shop_refuses_them_and_sends_nothing(redis_url: str, tmp_path: Path) -> None:
    settings = {"MAIL": "console", "CONFIRM_ADDRESSES": "yes"}
    with a_running_shop(tmp_path, redis_url, **settings) as shop:
        for address in BAD[:7]:
            answer = sign_up(shop, address)[1]
            assert answer.status == 422, address
            assert "Enter an email address" in answer.text
        assert sign_up(shop, "ann@example.com")[1].status == 200
        wait_until(lambda: "Mail to ann@example.com" in log_of(shop))
        assert log_of(shop).count("Mail to ") == 1


def log_of(shop: ShopProcess) -> str:
    return shop.log.read_text(errors="replace")


def run(work: object, *arguments: object) -> None:
    assert callable(work)
    work(*arguments)
