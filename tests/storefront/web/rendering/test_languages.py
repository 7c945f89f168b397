"""Every text can be translated: it comes through the catalog, and a language is one file."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path
from threading import Thread

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from infra.programs.ports import free_port
from online_models.schema.events import EventId, ItemId, RankingId
from online_models.schema.messages import RANKING_CHANGED, RankingChanged, to_message, visitor_room
from online_models.schema.phrases import KINDS, PLACE, Phrase
from online_models.schema.recommendations import RankedItem, Reason, card_of
from storefront import create_app
from storefront.extensions import socketio
from storefront.serving.catalog import ShopCatalog
from storefront.web.rendering.languages import FOLDER
from tests.storefront.in_memory import MemoryServingReader
from tests.storefront.running_shop import FOR_YOU, open_page, visitor_of

ROOT = Path(__file__).parents[4]
TEMPLATES = ROOT / "storefront" / "templates"
NAMED = 'Mug "50%" & %(named)s'
NAMES = re.compile(r"Riverfront|English|Esperanto|p50|p90|p99|Kafka|Redis|\bms\b|UTC")
SPOKEN = {"aria-label", "aria-description", "title", "alt", "placeholder", "content"}
JINJA = re.compile(r"{% block main_data %}.*?{% endblock %}|{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)


class Spoken(HTMLParser):
    """Collects what people read or hear of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and given.get("name") != "description":
            return
        self.texts += [text or "" for name, text in attrs if name in SPOKEN]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.texts.append(given.get("value") or "")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def words(self) -> list[str]:
        return [text.strip() for text in self.texts if re.search("[A-Za-z]{2}", NAMES.sub("", text))]


def extracted(folder: Path) -> str:
    out = folder / "messages.pot"
    options = [
        "--project=Riverfront",
        "--version=0",
        "--no-wrap",
        "--add-location=file",
        "--sort-by-file",
        "--keyword=Phrase",
    ]
    command = [str(Path(sys.executable).with_name("pybabel")), "-q", "extract", "-F", "pyproject.toml", *options]
    subprocess.run([*command, "-o", str(out), "online_models", "storefront"], cwd=ROOT, check=True)
    return out.read_text()


def without_date(catalog: str) -> str:
    return re.sub(r'"POT-Creation-Date:.*\n', "", catalog)


def test_the_catalog_of_texts_is_up_to_date(tmp_path: Path) -> None:
    kept = (FOLDER / "messages.pot").read_text()
    assert without_date(extracted(tmp_path)) == without_date(kept), "run `make texts`"


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_no_template_holds_a_bare_text(template: Path) -> None:
    assert Spoken(JINJA.sub("", template.read_text())).words == []


LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "àƀçđéƒĝĥîĵķļɱñôƥɋřšťûʋŵẋýžÀɃÇĐÉƑĜĤÎĴĶĻṀÑÔƤɊŘŠŤÛṼŴẊÝŽ"
)
PARAMETERS = re.compile(r"(%\(\w+\)s|%%)")
PSEUDO = "eo"


def pseudo(text: str) -> str:
    """Write a text so that it can still be read, is 40 % longer, and cannot be taken for English."""
    parts = PARAMETERS.split(text)
    letters = "".join(part if PARAMETERS.fullmatch(part) else part.translate(LETTERS) for part in parts)
    return f"[{letters}{' ····' * (len(text) * 2 // 25) or '·'}]"


@pytest.fixture
def translations(tmp_path: Path) -> Path:
    """A folder with one language more: all that it takes is its file."""
    with (FOLDER / "messages.pot").open("rb") as file:
        texts = read_po(file)
    catalog = Catalog(locale=PSEUDO)
    for message in texts:
        if isinstance(message.id, str) and message.id:
            catalog.add(message.id, pseudo(message.id), message.locations)
        elif message.id:
            catalog.add(message.id, tuple(map(pseudo, message.id)), message.locations)
    with (tmp_path / f"{PSEUDO}.po").open("wb") as file:
        write_po(file, catalog)
    return tmp_path


@pytest.fixture
def abroad(app: Flask, translations: Path) -> Flask:
    """A storefront that speaks the language of `translations`."""
    return create_app({**app.config, "TRANSLATIONS": translations})


PAGES = [
    *("/", "/categories/mugs", "/products/mug", "/search?q=mug", "/search?q=zzzz", "/search", "/basket", "/orders"),
    *("/account/sign-in", "/account/sign-up", "/account/reset", "/account/recommendations", "/no-such-page"),
]


@pytest.mark.parametrize("path", PAGES)
def test_every_text_of_a_page_comes_through_the_catalog(abroad: Flask, catalog: ShopCatalog, path: str) -> None:
    client = abroad.test_client()
    client.get("/")
    page = client.get(path, headers={"Accept-Language": PSEUDO}).get_data(as_text=True)
    assert f'<html lang="{PSEUDO}"' in page
    markup = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    words = "\n".join(Spoken(markup).words)
    names = [one.title for one in catalog.products.values()] + [one.name for one in catalog.categories]
    tags = {tag for one in catalog.products.values() for tag in one.tags}
    for name in sorted((*names, *tags, "zzzz"), key=len, reverse=True):
        words = re.sub(re.escape(name), "", words, flags=re.IGNORECASE)
    english = [line for line in words.splitlines() if re.search("[A-Za-z]{4}", NAMES.sub("", line))]
    assert english == []


def reasons_of(page: str) -> list[str]:
    return re.findall(r'<p class="(?:card|why)__reason">(.+?)</p>', page)


def every_reason() -> tuple[Reason, ...]:
    """One of each that the learner or the shop can give."""
    return tuple(Reason(phrase=phrase, named=NAMED if PLACE in phrase else "") for phrase in KINDS)


def in_pseudo(reason: Reason) -> str:
    return pseudo(reason.phrase or "").replace(PLACE, reason.named)


@pytest.mark.parametrize("path", ["/", "/account/recommendations"])
def test_every_reason_of_a_list_that_the_server_draws_comes_through_the_catalog(
    abroad: Flask, reader: MemoryServingReader, path: str
) -> None:
    client = abroad.test_client()
    client.get("/")
    for reason in every_reason():
        reader.trending = (RankedItem(item=ItemId("tote"), score=1.0, member="test", reason=reason),)
        page = client.get(path, headers={"Accept-Language": PSEUDO}).get_data(as_text=True)
        assert unescape(reasons_of(page)[0]) == in_pseudo(reason)


def test_a_reason_that_the_catalog_does_not_know_is_said_in_english(abroad: Flask, reader: MemoryServingReader) -> None:
    reason = Reason(phrase=Phrase("100% new: %(named)s, %(other)s"), named=NAMED)
    reader.trending = (RankedItem(item=ItemId("tote"), score=1.0, member="test", reason=reason),)
    page = abroad.test_client().get("/", headers={"Accept-Language": PSEUDO}).get_data(as_text=True)
    assert unescape(reasons_of(page)[0]) == f"100% new: {NAMED}, %(other)s"


def test_scripts_speak_the_language_of_the_page(abroad: Flask) -> None:
    page = abroad.test_client().get("/", headers={"Accept-Language": f"xx, {PSEUDO};q=0.9"}).get_data(as_text=True)
    block = page.split("data-texts>")[1].split("</script>")[0]
    texts = json.loads(block)
    assert texts["texts"]["Back in your recommendations"] == pseudo("Back in your recommendations")
    assert texts["texts"]["You gave %(count)s star"] == [pseudo(f"You gave %(count)s star{s}") for s in ("", "s")]
    assert {phrase: texts["texts"].get(phrase) for phrase in KINDS} == {phrase: pseudo(phrase) for phrase in KINDS}
    assert texts["plurals"][:4] == "1011"
    assert "data-texts" not in abroad.test_client().get("/", headers={"Accept-Language": "fr"}).get_data(as_text=True)


@pytest.fixture
def foreigner(abroad: Flask, browser: Browser) -> Iterator[Page]:
    """A small phone of somebody who reads the language of `translations`, in that shop."""
    port = free_port()
    server = make_server("127.0.0.1", port, abroad, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    with browser.new_context(
        base_url=f"http://127.0.0.1:{port}", locale=PSEUDO, viewport={"width": 360, "height": 780}
    ) as context:
        yield context.new_page()
    server.shutdown()


@pytest.mark.browser
def test_longer_texts_keep_the_layout_of_a_small_phone(foreigner: Page) -> None:
    for path in PAGES:
        foreigner.goto(path, wait_until="load")
        assert foreigner.locator("html").get_attribute("lang") == PSEUDO
        wide = foreigner.evaluate(
            "() => [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()"
            " && one.getBoundingClientRect().right > 361 && !one.closest('ol, ul, nav, .unseen, .skip'))"
            ".map((one) => one.outerHTML.slice(0, 80))"
        )
        assert foreigner.evaluate("() => document.documentElement.scrollWidth") <= 360, f"{path}: {wide}"


@pytest.mark.browser
def test_every_reason_of_a_list_that_is_pushed_comes_through_the_catalog(foreigner: Page, catalog: ShopCatalog) -> None:
    page = open_page(foreigner.context, "/")
    list_now = page.locator(f"{FOR_YOU} .rail__list")
    reasons = every_reason()
    for number, batch in enumerate(zip_longest(*[iter(reasons)] * len(catalog.products), fillvalue=reasons[0])):
        cards = tuple(
            card_of(product, reason) for product, reason in zip(catalog.products.values(), batch, strict=True)
        )
        message = RankingChanged(ranking_id=RankingId(f"r{number}"), items=cards, causes=(EventId(f"e{number}"),))
        socketio.emit(RANKING_CHANGED, to_message(message), to=visitor_room(visitor_of(page)))
        expect(list_now.locator(".card__reason")).to_have_text([in_pseudo(reason) for reason in batch])
