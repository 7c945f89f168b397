"""Letters by SMTP, to a server that speaks just enough of it."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from connections.environment import InvalidSetting
from storefront import create_app
from storefront.accounts.mail import SmtpMail
from storefront.settings import StorefrontSettings, read_settings


class Server(socketserver.TCPServer):
    allow_reuse_address = True

    def __init__(self) -> None:
        self.heard: list[str] = []
        super().__init__(("127.0.0.1", 0), Conversation)


class Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Server)
        self.wfile.write(b"220 ready\r\n")
        is_letter = False
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            self.server.heard.append(line)
            if is_letter:
                is_letter = line != "."
                if is_letter:
                    continue
            is_letter = line.upper() == "DATA"
            self.wfile.write(b"354 go on\r\n" if is_letter else b"250 ok\r\n")
            if line.upper() == "QUIT":
                return


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def here(work: object, *arguments: object) -> None:
    assert callable(work)
    work(*arguments)


def test_a_letter_goes_out(server: Server) -> None:
    mail = SmtpMail(f"smtp://127.0.0.1:{server.server_address[1]}", "Shop <shop@example.com>", here)
    mail.send("ann@example.com", "Hello", "A link: http://127.0.0.1/x")
    assert "Subject: Hello" in server.heard
    assert "To: ann@example.com" in server.heard
    assert "A link: http://127.0.0.1/x" in server.heard


def test_a_password_is_not_sent_without_tls(server: Server) -> None:
    mail = SmtpMail(f"smtp://shop:hidden@127.0.0.1:{server.server_address[1]}", "shop@example.com", here)
    mail.send("ann@example.com", "Hello", "Text")
    assert not any("AUTH" in line or "hidden" in line for line in server.heard)


def test_a_server_that_is_down_breaks_nothing(server: Server) -> None:
    SmtpMail("smtp://127.0.0.1:1", "shop@example.com", here).send("ann@example.com", "Hello", "Text")
    assert server.heard == []


@pytest.mark.parametrize(("address", "warns"), [("", True), ("https://shop.example", False)])
def test_a_shop_whose_letters_would_lead_nowhere_says_so_at_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, address: str, warns: bool
) -> None:
    settings = StorefrontSettings(
        home=tmp_path, secret="a secret of the tests", mail="smtp://mail.example", address=address
    )
    create_app({"SETTINGS": settings, "MESSAGE_QUEUE": "", "SOCKET_MODE": "threading"})
    assert ("set RIVERFRONT_ADDRESS" in caplog.text) is warns


def test_a_mail_setting_that_cannot_be_used_is_refused_without_showing_it() -> None:
    with pytest.raises(InvalidSetting) as refusal:
        read_settings({"RIVERFRONT_DEMO": "1", "RIVERFRONT_MAIL": "http://user:hidden@mail"})
    assert "hidden" not in str(refusal.value)
