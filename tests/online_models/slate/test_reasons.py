"""Reasons: one of a closed set of phrases, and what it names. Every shop can say them in its visitor's language."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from online_models.hybrid import Hybrid
from online_models.registry import Resources, build_ensemble, wordings_of
from online_models.schema import phrases
from online_models.schema.events import ItemId
from online_models.schema.phrases import KINDS, PLACE, Phrase
from online_models.schema.recommendations import Reason
from online_models.slate.reasons import Reasons, Title, explain_pair, explain_unlearned

MUG = ItemId("mug")
PACKAGES = Path(phrases.__file__).parents[2]
REASONS = Reasons(wordings_of(build_ensemble(Resources())))
MEMBERS = (*Hybrid().members, "new", "a model of somebody's own")


def titled(item: ItemId) -> str:
    return "100% Wool %(named)s"


def untitled(item: ItemId) -> None:
    return None


@pytest.mark.parametrize("bought", [False, True])
@pytest.mark.parametrize("title", [titled, untitled])
@pytest.mark.parametrize("evidence", [MUG, None])
@pytest.mark.parametrize("member", MEMBERS)
def test_every_member_gives_a_phrase_of_the_set_and_names_what_the_phrase_has_a_place_for(
    member: str, evidence: ItemId | None, title: Title, bought: bool
) -> None:
    reason = REASONS.explain(member, evidence, title, bought)
    assert reason.phrase in KINDS
    assert reason.kind == REASONS.kind_of(member)
    assert bool(reason.named) == (PLACE in reason.phrase)
    assert reason.named in ("", titled(MUG))


@pytest.mark.parametrize("title", [titled, untitled])
@pytest.mark.parametrize(
    "explained",
    [
        lambda title: explain_pair("content", MUG, title),
        lambda title: explain_pair("transitions", MUG, title),
        lambda title: explain_unlearned(sold=1),
        lambda title: explain_unlearned(sold=0),
    ],
)
def test_pairs_and_what_nobody_touched_are_explained_by_the_same_set(
    explained: Callable[[Title], Reason], title: Title
) -> None:
    reason = explained(title)
    assert reason.phrase in KINDS
    assert bool(reason.named) == (PLACE in reason.phrase)


def test_the_english_sentence_holds_a_title_as_it_is() -> None:
    assert REASONS.explain("content", MUG, titled).text == "Because you viewed 100% Wool %(named)s"
    assert REASONS.explain("content", MUG, untitled, bought=True).text == "Similar to products you bought"
    assert (Reason().text, Reason().kind) == ("", "popular")


def test_a_phrase_has_one_place_at_most_and_nothing_else_to_fill() -> None:
    assert [phrase for phrase in KINDS if phrase.count(PLACE) > 1 or "%" in phrase.replace(PLACE, "")] == []


def test_phrases_are_written_in_one_module_only_where_they_are_collected_for_translators() -> None:
    places = {
        (path.relative_to(PACKAGES).as_posix(), ast.unparse(call.args[0]))
        for package in ("online_models", "consumers", "storefront", "bootstrap", "infra")
        for path in sorted((PACKAGES / package).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == Phrase.__name__
    }
    assert places == {("online_models/schema/phrases.py", repr(str(phrase))) for phrase in KINDS}
