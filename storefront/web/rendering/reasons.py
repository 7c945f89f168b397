"""Why a product is recommended, in the language of the page. static/js/cards.js says it of lists that are pushed."""

from flask import Flask
from flask_babel import gettext

from online_models.schema.phrases import fill
from online_models.schema.recommendations import Card


def reason_text(phrase: str | None, named: str) -> str:
    """Word a reason; nothing where there is none."""
    return fill(gettext(phrase), named) if phrase else ""


def card_reason(card: Card) -> str:
    """Word a card's reason."""
    return reason_text(card.phrase, card.named)


def bind(app: Flask) -> None:
    """Give templates the filter ``card | reason`` and the function ``reason_text(phrase, named)``."""
    app.jinja_env.filters["reason"] = card_reason
    app.jinja_env.globals["reason_text"] = reason_text
