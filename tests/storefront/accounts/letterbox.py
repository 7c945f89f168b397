"""Mail that stays here, to be read by the tests."""

from typing import NamedTuple


class Letter(NamedTuple):
    to: str
    subject: str
    text: str


class Letterbox:
    """`Mail` that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []

    def send(self, to: str, subject: str, text: str) -> None:
        self.sent.append(Letter(to, subject, text))
