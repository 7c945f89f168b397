"""Prices, numbers and dates by the visitor's locale."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from babel import localedata, numbers
from flask import Flask
from flask.testing import FlaskClient

from storefront.web.rendering.formatting import count, date_element, datetime_element, money_format, price

NOON = 1_795_262_400.0


@pytest.mark.parametrize(
    ("accepted", "written"),
    [
        ("en-GB,en;q=0.9", "£1,234.50"),
        ("en", "£1,234.50"),
        ("", "£1,234.50"),
        ("*", "£1,234.50"),
        ("tlh, %%%, de-AT;q=0.9", "£\xa01.234,50"),
        ("de-DE,de;q=0.9,en;q=0.8", "1.234,50\xa0£"),
        ("fr-FR", "1\u202f234,50\xa0£GB"),
        ("sv", "1\xa0234,50\xa0GBP"),
    ],
)
def test_a_price_is_written_as_the_visitor_writes_it(app: Flask, accepted: str, written: str) -> None:
    with app.test_request_context(headers={"Accept-Language": accepted}):
        assert price(123_450) == written


@pytest.mark.parametrize(
    ("currency", "amount", "written"),
    [("JPY", 1234, "JP¥1,234"), ("KWD", 1234, "KWD1.234"), ("EUR", 5, "€0.05"), ("USD", 0, "US$0.00")],
)
def test_the_smallest_unit_is_the_currencys_own(app: Flask, currency: str, amount: int, written: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en-GB"}):
        assert price(amount, currency) == written


def test_every_locale_writes_as_babel_does() -> None:
    for name in localedata.locale_identifiers():
        for currency, amount in product(("GBP", "JPY", "KWD"), (7, 99_999, 1_234_567_890)):
            value = Decimal(amount).scaleb(-numbers.get_currency_precision(currency))
            expected = numbers.format_currency(value, currency, locale=name)
            assert money_format(name.replace("_", "-"), currency).write(amount) == expected, name


def test_numbers_and_dates_follow_the_visitor_and_say_their_language(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "pt"}):
        assert count(12_345) == "12.345"
        expected = '<time datetime="2026-11-21" lang="pt">21 de novembro de 2026</time>'
        assert date_element(date(2026, 11, 21)) == date_element(NOON) == expected
        assert '<time datetime="2026-11-21T12:00:00Z" lang="pt" data-time="medium">21 de nov' in datetime_element(NOON)
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert date_element(NOON) == '<time datetime="2026-11-21">21. November 2026</time>'
    with app.test_request_context(headers={"Accept-Language": "en-US"}):
        assert date_element(NOON) == '<time datetime="2026-11-21">November 21, 2026</time>'


def test_a_page_says_that_it_depends_on_the_language(client: FlaskClient) -> None:
    answer = client.get("/products/mug", headers={"Accept-Language": "pt"})
    assert {"Accept-Language", "Cookie"} <= set(answer.headers.getlist("Vary"))
    page = answer.get_data(as_text=True)
    assert '<html lang="en" dir="ltr" data-locale="pt"' in page
    assert "£\xa01,95" in page
