"""The recommender that is measured fits its files."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from infra.errors import CannotRun
from infra.evaluate.inputs import EvaluationOptions, read_inputs
from infra.evaluate.run import build_hybrid, categories_of, run
from infra.stack.display import Display
from online_models.hybrid import Hybrid
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from tests.online_models.scripted import Scripted, always


def quiet() -> Display:
    return Display(Console(file=StringIO()))


def options(tmp_path: Path, events: str, **fields: object) -> EvaluationOptions:
    path = tmp_path / "events.csv"
    path.write_text(events)
    return EvaluationOptions(files=[path], **fields)  # type: ignore[arg-type]  # any of the fields


def test_items_that_a_catalog_adds_can_be_recommended(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.csv"
    catalog.write_text("item,category,brand\na,toys,acme\nz,toys,\n")
    asked = options(tmp_path, "visitor,item\nv,a\nv,b\n", catalog=catalog)
    hybrid = build_hybrid(read_inputs(asked), asked, Hybrid)
    assert hybrid.index("z") >= 0  # type: ignore[arg-type]  # an item's id
    assert hybrid.index("b") >= 0, "also an item of which nothing is said"  # type: ignore[arg-type]


def test_without_attributes_there_is_no_catalog(tmp_path: Path) -> None:
    asked = options(tmp_path, "visitor,item\nv,a\n")
    assert build_hybrid(read_inputs(asked), asked, Hybrid).items == 0


def test_categories_are_told_by_index(tmp_path: Path) -> None:
    asked = options(tmp_path, "visitor,item,category\nv,a,toys\nv,b,\nw,c,books\nw,d,toys\n")
    inputs = read_inputs(asked)
    hybrid = build_hybrid(inputs, asked, Hybrid)
    categories = categories_of(hybrid, inputs)
    numbers = {item: categories[hybrid.index(ItemId(item))] for item in "abcd"}
    assert numbers["a"] == numbers["d"] != numbers["c"]
    assert numbers["b"] == -1
    bare = options(tmp_path, "visitor,item\nv,a\n")
    assert len(categories_of(hybrid, read_inputs(bare))) == 0


def test_the_linear_ranker_can_be_measured_alone(tmp_path: Path) -> None:
    for linear in (True, False):
        asked = options(tmp_path, "visitor,item\nv,a\n", linear=linear)
        ranker = build_hybrid(read_inputs(asked), asked, Hybrid).dump()["ranker"]
        assert isinstance(ranker, dict)
        assert ("network" in ranker) is not linear


def test_lists_are_varied_where_that_is_asked_for(tmp_path: Path) -> None:
    kinds = [*(f"bag{number}" for number in range(16)), *(f"mug{number}" for number in range(16))]
    stream = "visitor,item,category\n" + "".join(f"v,{kind},{kind[:3]}\n" for kind in kinds)
    bags = {}
    for varied in (False, True):
        asked = options(tmp_path, stream, varied=varied)
        hybrid = build_hybrid(read_inputs(asked), asked, Hybrid)
        for number, kind in enumerate([*kinds, *kinds[:16], *kinds[:16]]):
            buyer = VisitorId(f"v{number}")
            hybrid.learn(Feedback(buyer, ItemId(kind), kind="purchase", reward=1.0, at=1e9 + number))
        slate = hybrid.score(VisitorId("new"), 1e9 + 999, n=12)
        listed = [item for item in kinds if hybrid.index(ItemId(item)) in slate.items]
        bags[varied] = sum(item.startswith("bag") for item in listed)
    assert bags[False] > 8
    assert bags[True] < bags[False]


def test_a_stream_in_which_nothing_can_be_asked_is_a_message(tmp_path: Path) -> None:
    asked = options(tmp_path, "visitor,item\nv,a\nw,b\n")
    with pytest.raises(CannotRun, match="Is the right column mapped as visitor"):
        run(Scripted({"only": always("a")}), read_inputs(asked), asked, quiet())
