"""Every text can be translated: it comes through the catalogue, and a language is one file."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from storefront.languages import FOLDER

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "storefront" / "templates"
NAMES = re.compile(r"Riverfront|p50|p90|p99|Kafka|Redis|\bms\b|UTC")
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


def a_translation(folder: Path, language: str, **texts: str) -> Path:
    catalogue = Catalog(locale=language)
    with (FOLDER / "messages.pot").open("rb") as file:
        for message in read_po(file):
            if isinstance(message.id, str) and message.id in texts:
                catalogue.add(message.id, texts[message.id], message.locations)
    with (folder / f"{language}.po").open("wb") as file:
        write_po(file, catalogue)
    return folder
