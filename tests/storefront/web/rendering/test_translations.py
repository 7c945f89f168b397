"""Every translation is whole: each text has one, with the same placeholders and as many forms as its language has."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from storefront.web.rendering.languages import FOLDER

PLACEHOLDERS = re.compile(r"%\(\w+\)s|%%")
FAMILIAR = re.compile(r"\b(du|dich|dir|dein\w*|euch|euer|eure\w*)\b", re.IGNORECASE)


IN_TEMPLATE = re.compile(r"\$\{[^}]*\b(?:_|n?gettext)\(")
SCRIPTS = FOLDER.parent / "static" / "js"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=None if path.suffix == ".pot" else path.stem)


SOURCE = read(FOLDER / "messages.pot")
TEXTS: list[Message] = [message for message in SOURCE if message.id]


@pytest.fixture(params=sorted(FOLDER.glob("*.po")), ids=lambda path: path.stem)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return read(request.param)


def forms_of(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def test_every_text_has_a_translation(catalog: Catalog) -> None:
    missing = []
    for source in TEXTS:
        found = catalog.get(forms_of(source.id)[0])
        forms = forms_of(found.string) if found else ()
        expected = catalog.num_plurals if source.pluralizable else 1
        if len(forms) != expected or not all(forms) or (found and found.fuzzy):
            missing.append(source.id)
    assert missing == [], f"run `make texts`, then translate in {catalog.locale}.po"


def test_no_translation_is_of_a_text_that_is_gone(catalog: Catalog) -> None:
    known = {forms_of(source.id) for source in TEXTS}
    assert [message.id for message in catalog if message.id and forms_of(message.id) not in known] == []
    assert not catalog.obsolete


def test_every_translation_has_the_placeholders_of_its_text(catalog: Catalog) -> None:
    wrong = []
    for message in catalog:
        if not message.id:
            continue
        # The form for one may say "one" without its figure; no other may leave anything out.
        *_, last = forms_of(message.id)
        expected = sorted(PLACEHOLDERS.findall(last))
        wrong += [form for form in forms_of(message.string) if sorted(PLACEHOLDERS.findall(form)) != expected]
    assert wrong == []


def test_no_translation_has_mark_up_or_spaces_that_its_text_has_not(catalog: Catalog) -> None:
    for message in catalog:
        for form in forms_of(message.string) if message.id else ():
            assert "<" not in form
            assert form == form.strip()
            assert form.count("\n") == forms_of(message.id)[0].count("\n")


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.js")), ids=lambda path: path.stem)
def test_scripts_have_no_text_where_it_is_not_collected(script: Path) -> None:
    assert IN_TEMPLATE.findall(script.read_text()) == [], "Babel reads no texts inside of `${…}`"


def test_german_is_formal() -> None:
    texts = [form for message in read(FOLDER / "de.po") if message.id for form in forms_of(message.string)]
    assert [text for text in texts if FAMILIAR.search(text)] == []
    assert [text for text in texts if '"' in text or "“" in text.replace("“", "", text.count("„"))] == []
