"""Every text can be translated: it comes through the catalogue, and a language is one file."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from infra.ports import free_port
from storefront import create_app
from storefront.serving.catalogue import Catalogue
from storefront.web.languages import FOLDER

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "storefront" / "templates"
NAMES = re.compile(r"Riverfront|p50|p90|p99|Kafka|Redis|\bms\b|UTC")
REASONS = {"A best seller", "New here"}
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
    options = ["--project=Riverfront", "--version=0", "--no-wrap", "--add-location=file", "--sort-by-file"]
    command = [str(Path(sys.executable).with_name("pybabel")), "-q", "extract", "-F", "pyproject.toml", *options]
    subprocess.run([*command, "-o", str(out), "storefront"], cwd=ROOT, check=True)
    return out.read_text()


def without_date(catalogue: str) -> str:
    return re.sub(r'"POT-Creation-Date:.*\n', "", catalogue)


def test_the_catalogue_of_texts_is_up_to_date(tmp_path: Path) -> None:
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
    catalogue = Catalog(locale=PSEUDO)
    for message in texts:
        if isinstance(message.id, str) and message.id:
            catalogue.add(message.id, pseudo(message.id), message.locations)
        elif message.id:
            catalogue.add(message.id, tuple(map(pseudo, message.id)), message.locations)
    with (tmp_path / f"{PSEUDO}.po").open("wb") as file:
        write_po(file, catalogue)
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
def test_every_text_of_a_page_comes_through_the_catalogue(abroad: Flask, catalogue: Catalogue, path: str) -> None:
    client = abroad.test_client()
    client.get("/")
    page = client.get(path, headers={"Accept-Language": PSEUDO}).get_data(as_text=True)
    assert f'<html lang="{PSEUDO}"' in page
    markup = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    words = "\n".join(Spoken(markup).words)
    names = [one.title for one in catalogue.products.values()] + [one.name for one in catalogue.categories]
    tags = {tag for one in catalogue.products.values() for tag in one.tags}
    for name in sorted((*names, *tags, "zzzz"), key=len, reverse=True):
        words = re.sub(re.escape(name), "", words, flags=re.IGNORECASE)
    english = [line for line in words.splitlines() if re.search("[A-Za-z]{4}", NAMES.sub("", line))]
    assert [line for line in english if line not in REASONS] == []


def test_scripts_speak_the_language_of_the_page(abroad: Flask) -> None:
    page = abroad.test_client().get("/", headers={"Accept-Language": f"xx, {PSEUDO};q=0.9"}).get_data(as_text=True)
    block = page.split("data-texts>")[1].split("</script>")[0]
    texts = json.loads(block)
    assert texts["texts"]["Back in your list"] == pseudo("Back in your list")
    assert texts["texts"]["You gave %(count)s star"] == [pseudo(f"You gave %(count)s star{s}") for s in ("", "s")]
    assert texts["plurals"][:4] == "1011"
    assert "data-texts" not in abroad.test_client().get("/", headers={"Accept-Language": "fr"}).get_data(as_text=True)


@pytest.mark.browser
def test_longer_texts_keep_the_layout_of_a_small_phone(abroad: Flask, browser: Browser) -> None:
    port = free_port()
    server = make_server("127.0.0.1", port, abroad, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        context = browser.new_context(locale=PSEUDO, viewport={"width": 360, "height": 780})
        page = context.new_page()
        for path in PAGES:
            page.goto(f"http://127.0.0.1:{port}{path}", wait_until="load")
            assert page.locator("html").get_attribute("lang") == PSEUDO
            wide = page.evaluate(
                "() => [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()"
                " && one.getBoundingClientRect().right > 361 && !one.closest('ol, ul, nav, .unseen, .skip'))"
                ".map((one) => one.outerHTML.slice(0, 80))"
            )
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 360, f"{path}: {wide}"
        context.close()
    finally:
        server.shutdown()
