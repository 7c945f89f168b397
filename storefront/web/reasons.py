"""Why a product is recommended, in the language of the page. static/js/cards.js says it of lists that are pushed."""

from flask import Flask
from flask_babel import gettext

from online_models.phrases import fill
from online_models.ranking import Card


def reason_text(card: Card) -> str:
    """Word a card's reason; nothing where the card gives none."""
    return fill(gettext(card.phrase), card.named) if card.phrase else ""


def bind(app: Flask) -> None:
    """Give templates the filter ``card | reason``."""
    app.jinja_env.filters["reason"] = reason_text
