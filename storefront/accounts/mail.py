"""Sends email: to the log, or by SMTP in the background, so that response times reveal nothing."""

import logging
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from online_models.schema.plain_text import one_line
from storefront.accounts.email_address import InvalidAddress, mailbox_of

log = logging.getLogger(__name__)

SMTP_SECONDS = 15


class Mail(Protocol):
    """Sends an email."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Send it in the background. A failure is logged."""


class ConsoleMail:
    """Writes emails to the log: for the demo and for development."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Write it."""
        lines = text.splitlines()
        # A line of its own for each: one in an argument is escaped.
        log.info("Mail to %s: %s" + "\n    %s" * len(lines), to, subject, *lines)


class SmtpMail:
    """Sends emails by a mail server.

    Parameters
    ----------
    url
        ``smtp://user:password@host:port`` (STARTTLS before the password) or ``smtps://…`` (TLS from the start).
    start
        Runs a function in the background.
    """

    def __init__(self, url: str, sender: str, start: Callable[..., object]) -> None:
        self._url = urlsplit(url)
        self._sender = sender
        self._start = start

    def send(self, to: str, subject: str, text: str) -> None:
        """Send it in the background. An address that may be read as anything else gets nothing."""
        message = EmailMessage()
        try:
            message["To"] = mailbox_of(to)
        except InvalidAddress as error:
            log.error("An email was not sent, for its address is not one mailbox's: %s", error)
            return
        message["From"], message["Subject"] = self._sender, one_line(subject)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        self._start(self._deliver, message, to)

    def _deliver(self, message: EmailMessage, to: str) -> None:
        url = self._url
        host, is_tls = url.hostname or "localhost", url.scheme == "smtps"
        try:
            with self._connect(host, url.port, is_tls=is_tls) as server:
                if not is_tls and url.username:
                    # A password goes over TLS or not at all.
                    server.starttls(context=ssl.create_default_context())
                if url.username:
                    server.login(unquote(url.username), unquote(url.password or ""))
                server.send_message(message, to_addrs=[to])
        except (OSError, smtplib.SMTPException) as error:
            log.error("An email could not be sent: %s", error)

    def _connect(self, host: str, port: int | None, *, is_tls: bool) -> smtplib.SMTP:
        if is_tls:
            return smtplib.SMTP_SSL(host, port or 465, timeout=SMTP_SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(host, port or 587, timeout=SMTP_SECONDS)
