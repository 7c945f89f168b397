"""The events that the clients have types for are those that the API takes."""

import re
import typing
from pathlib import Path

from riverfront_client.events import Event, EventKind
from storefront.api.events.sources import IDENTIFIED, SERVER

TYPESCRIPT = (Path(__file__).parents[2] / "clients" / "typescript" / "src" / "events.ts").read_text(encoding="utf-8")

KINDS = {*SERVER.fields, IDENTIFIED}
OF_PAGES_ALONE = {"cause", "drawn_ms", "painted_ms"}
OF_ALL = {"kind", "visitor", "event_id", "occurred_at", "surface", "ranking_id", "network", "account"}
FIELDS = OF_ALL.union(*SERVER.fields.values()) - OF_PAGES_ALONE


def test_python_has_them() -> None:
    assert {*typing.get_args(EventKind)} == KINDS
    assert typing.get_type_hints(Event).keys() == FIELDS


def test_typescript_has_them() -> None:
    kinds, _, event = TYPESCRIPT.partition("export interface Event {")
    assert {*re.findall(r'\| "(\w+)"', kinds)} == KINDS
    assert {*re.findall(r"^  (\w+)\??:", event.partition("\n}")[0], re.MULTILINE)} == FIELDS
