"""Email addresses as the shop takes them: one mailbox, ``local@domain``, and nothing that a header could read as more.

Only sending to an address shows whether it is somebody's.
"""

import unicodedata
from email.headerregistry import Address

from online_models.schema.plain_text import is_one_line
from storefront.accounts.account import email_key
from storefront.database.tables import EMAIL_LENGTH

ENCODED_WORD = "=?"
"""Begins an encoded word of a header, which mail programs read as other characters: a comma, another address."""


class InvalidAddress(ValueError):
    """This is no address of one mailbox."""


def check_address(text: str) -> None:
    """Refuse what is not one plain address: names, groups, comments, quotes, encoded words. Raises `InvalidAddress`."""
    # Imported late: a start need not pay for it.
    from email_validator import EmailNotValidError, validate_email

    if len(text) > EMAIL_LENGTH or not is_one_line(text) or ENCODED_WORD in text:
        raise InvalidAddress("not an address")
    # Full-width and other compatible forms would make two addresses of what is stored as one.
    if len(email_key(text)) > EMAIL_LENGTH or unicodedata.normalize("NFKC", text) != text:
        raise InvalidAddress("not an address")
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False, strict=True)
    except EmailNotValidError as error:
        raise InvalidAddress(str(error)) from None
    if "." not in found.domain:
        raise InvalidAddress("not an address outside of one network")


def mailbox_of(text: str) -> Address:
    """Return an address as a header takes it: by its parts, so that nothing in it is read as a header's own syntax.

    Raises
    ------
    InvalidAddress
        If it is not one plain address.
    """
    check_address(text)
    local, _, domain = text.rpartition("@")
    return Address(username=local, domain=domain)
