"""How prices, numbers, dates and reasons are written on pages: in the visitor's language and locale."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

import msgspec
from babel import Locale, dates, numbers
from flask import Flask
from flask_babel import gettext
from markupsafe import Markup

from online_models.schema.phrases import fill
from online_models.schema.plain_text import one_line
from online_models.schema.recommendations import Card
from storefront.accounts.reserved_names import is_reserved
from storefront.web.rendering.languages import number_locale, tag_of, text_direction, text_language
from storefront.web.rendering.rooted import rooted

FORMATS_KEPT = 256
_PROBE = 12_345_678_900_000
_GROUP = re.compile(r"\d(\D+)(?=\d)")


class MoneyFormat(msgspec.Struct, frozen=True):
    """How a locale writes one currency. Browsers get it too, so that their prices look exactly like the server's.

    ``groups`` are the sizes of the last group of digits and of those before it; ``digits`` are those after the point.
    """

    prefix: str
    suffix: str
    group: str
    point: str
    digits: int
    groups: tuple[int, int]

    def write(self, amount: int) -> str:
        """Write an amount in the currency's smallest unit.

        >>> MoneyFormat("£", "", ",", ".", 2, (3, 3)).write(123_456_789)
        '£1,234,567.89'
        >>> MoneyFormat("", " kr", "", "", 0, (3, 3)).write(5)
        '5 kr'
        """
        text = str(abs(amount)).zfill(self.digits + 1)
        whole, rest = (text[: -self.digits], text[-self.digits :]) if self.digits else (text, "")
        last, others = self.groups
        parts, whole = [whole[-last:]], whole[:-last]
        while whole:
            parts.insert(0, whole[-others:])
            whole = whole[:-others]
        sign = "-" if amount < 0 else ""
        return f"{sign}{self.prefix}{self.group.join(parts)}{self.point if rest else ''}{rest}{self.suffix}"


@lru_cache(FORMATS_KEPT)
def money_format(locale: str, currency: str) -> MoneyFormat:
    """Return how a locale writes a currency, read off an amount that Babel has written."""
    digits = numbers.get_currency_precision(currency)
    written = numbers.format_currency(Decimal(_PROBE).scaleb(-digits), currency, locale=Locale.parse(locale, sep="-"))
    found = re.search(r"\d.*\d", written)
    body = found.group() if found else ""
    marks = _GROUP.findall(body)
    point = marks.pop() if digits else ""
    sizes = [len(part) for part in re.findall(r"\d+", body)][: -1 if digits else None]
    return MoneyFormat(
        prefix=written[: written.index(body)],
        suffix=written[written.index(body) + len(body) :],
        group=marks[0] if marks else "",
        point=point,
        digits=digits,
        groups=(sizes[-1], sizes[-2]) if marks else (3, 3),
    )


def price(amount: int, currency: str = "GBP") -> str:
    """Write a price, given in the currency's smallest unit."""
    return money_format(tag_of(number_locale()), currency).write(amount)


def money_formats(currencies: tuple[str, ...]) -> str:
    """Return the formats of some currencies as JSON, by currency: for the page that writes prices by itself."""
    locale = tag_of(number_locale())
    return msgspec.json.encode({one: money_format(locale, one) for one in currencies}).decode()


def count(number: int | float) -> str:
    """Write a number."""
    return numbers.format_decimal(number, locale=number_locale())


def date_element(moment: float | date, style: str = "long") -> Markup:
    """Write a day, for machines and people: Unix seconds, a time or a date. Times are those of UTC."""
    day = _time(moment).date() if not isinstance(moment, date) or isinstance(moment, datetime) else moment
    return _time_element(day.isoformat(), dates.format_date(day, style, locale=number_locale()))


def datetime_element(moment: float | datetime, style: str = "medium") -> Markup:
    """Write a day and a time of UTC. `local_times.js` shows it in the visitor's own zone."""
    time = _time(moment)
    words = dates.format_datetime(time, style, locale=number_locale())
    return _time_element(time.isoformat(timespec="seconds").replace("+00:00", "Z"), f"{words} UTC", clock_style=style)


def reason_text(phrase: str | None, named: str) -> str:
    """Word a reason for a recommendation; nothing where there is none. `cards.js` words those of pushed lists."""
    return fill(gettext(phrase), _with_direction(named)) if phrase else ""


def _with_direction(title: str) -> str:
    """Keep a title in the catalog's language together where the text around it is read from right to left."""
    return f"\u2068{title}\u2069" if text_direction() == "rtl" else title


def card_reason(card: Card) -> str:
    """Word a card's reason."""
    return reason_text(card.phrase, card.named)


def isolated(text: str) -> Markup:
    """Mark what somebody has typed, so that its reading direction does not turn the words around it."""
    return Markup("<bdi>{}</bdi>").format(text)


def shown_name(name: str) -> str:
    """Return a name as other shoppers may see it: none that an older version let pass for the shop's staff."""
    return "" if is_reserved(name) else one_line(name)


def bind(app: Flask) -> None:
    """Give templates their filters and functions."""
    app.jinja_env.filters.update(
        price=price, count=count, date=date_element, datetime=datetime_element, reason=card_reason
    )
    app.jinja_env.filters.update(isolated=isolated, shown_name=shown_name, rooted=rooted)
    app.jinja_env.globals.update(money_formats=money_formats, reason_text=reason_text)


def _time(moment: float | date) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(moment, date):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return datetime.fromtimestamp(moment, UTC)


def _time_element(machine: str, words: str, *, clock_style: str = "") -> Markup:
    """Mark a date's language where it is not that of the page: names of months follow the visitor's locale."""
    locale = number_locale()
    is_other = locale.language != text_language().partition("_")[0]
    language = Markup(' lang="{}"').format(tag_of(locale)) if is_other else ""
    clock = Markup(' data-time="{}"').format(clock_style) if clock_style else ""
    return Markup('<time datetime="{}"{}{}>{}</time>').format(machine, language, clock, words)
