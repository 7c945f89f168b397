"""What nobody sends who means well, for Hypothesis to draw from; and how many examples it draws.

``RIVERFRONT_FUZZ_EXAMPLES`` sets the number for each target. The examples of one run are those of the next unless it is
set: what a long run finds gets a test of its own.
"""

import json
import os
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("RIVERFRONT_FUZZ_EXAMPLES", "0"))


def tell(what: str, seen: Counter[Any]) -> None:
    """Say how many examples there were, for who reads along (`pytest -rP`)."""
    sys.stdout.write(f"{what}: {seen.total()} ({dict(seen)})\n")


def fuzzing(examples: int) -> settings:
    """Return the settings of one target: so many examples, or as many as the environment says."""
    return settings(
        max_examples=EXAMPLES or examples,
        # An answer in time: for a machine that is busy with something else.
        deadline=timedelta(seconds=30),
        derandomize=not EXAMPLES,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


TEXTS = (
    "",
    " ",
    "\0",
    "abc\n",
    "abc\r\nSet-Cookie: a=b",
    "a" * 5_000,
    "9" * 400,
    "9" * 5_000,
    "-1",
    "0",
    "1e999",
    "NaN",
    "Infinity",
    "\N{ARABIC-INDIC DIGIT THREE}",
    "\N{SUPERSCRIPT TWO}",
    "9223372036854775808",
    "-9223372036854775809",
    "true",
    "null",
    "[]",
    "../../etc/passwd",
    "%00",
    "%s%n{0}{{7*7}}",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "=?utf-8?q?a?=",
    "\N{RIGHT-TO-LEFT OVERRIDE}txt",
    "\N{ZERO WIDTH JOINER}" * 50,
    "e\N{COMBINING ACUTE ACCENT}" * 200,
    "\N{LATIN SMALL LIGATURE FFI}",
    "\ufeffabc",
    "\ufffe\uffff",
    "\U0001f389",
)
USUAL = (
    "mug",
    "cup",
    "item01",
    "1",
    "3",
    "5",
    "e1",
    "v1",
    "ann@example.com",
    "a lantern on the quay",
    "mugs",
    "/basket",
)
HALVES = ("\ud800", "a\udfff", "\udc00\ud800")

texts = st.sampled_from(USUAL) | st.sampled_from(TEXTS) | st.text(max_size=40)
"""Text as it comes in forms and addresses."""

any_texts = texts | st.sampled_from(HALVES)
"""Text as JSON can write it."""

NUMBERS = ("0", "-0", "1", "-1", "0.5", "1e999", "-1e999", "1e-999", "9" * 400, "9" * 5_000, "NaN", "Infinity", "1e308")

numbers = st.sampled_from(NUMBERS) | st.integers().map(str) | st.floats(allow_nan=False).map(json.dumps)

DEEP = tuple("[" * depth + "]" * depth for depth in (50, 900, 5_000))


def _objects(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = any_texts.map(json.dumps)
    return st.lists(st.tuples(names, values), max_size=4).map(
        lambda pairs: "{" + ",".join(f"{name}:{value}" for name, value in pairs) + "}"
    )


json_texts: st.SearchStrategy[str] = st.recursive(
    numbers | any_texts.map(json.dumps) | st.sampled_from(["null", "true", "false", "{}", "[]", *DEEP]),
    lambda inner: _objects(inner) | st.lists(inner, max_size=4).map(lambda parts: f"[{','.join(parts)}]"),
    max_leaves=8,
)
"""JSON as text: numbers of any length, half characters, nesting of any depth, names that come twice."""


@st.composite
def event_texts(draw: st.DrawFn, kinds: tuple[str, ...], fields: tuple[str, ...]) -> str:
    """JSON of an event, in which all fields are what they should be, or some are not."""
    usual: dict[str, Any] = {"event_id": "e1", "item": "mug", "items": ["mug"], "stars": 3, "quantity": 1}
    written = {"kind": json.dumps(draw(st.sampled_from(kinds)))}
    is_usual = draw(st.booleans())
    for name in draw(st.lists(st.sampled_from(fields), unique=True)):
        is_whole = is_usual or draw(st.booleans())
        written[name] = json.dumps(usual.get(name, "e1")) if is_whole else draw(json_texts)
    if not is_usual and draw(st.booleans()):
        written[draw(st.sampled_from(("kind", *fields)))] = draw(json_texts)
    return "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in written.items()) + "}"


Mutation = tuple[int, int, bytes, str]
"""Where, over how many bytes, what is put there, and how."""

mutations: st.SearchStrategy[list[Mutation]] = st.lists(
    st.tuples(
        st.integers(0, 5_000),
        st.integers(0, 12),
        st.binary(max_size=6) | st.sampled_from([b"9" * 400, b'"\\ud800"', b"\0", b"\\n", b"[" * 200, b"1e999"]),
        st.sampled_from(["change", "leave out", "put in", "repeat"]),
    ),
    min_size=1,
    max_size=4,
)


def mutate(payload: bytes, changes: list[Mutation]) -> bytes:
    """Return bytes in which some were changed, left out, put in or repeated."""
    for place, length, put, how in changes:
        at = place % (len(payload) + 1)
        match how:
            case "change":
                payload = payload[:at] + put + payload[at + len(put) :]
            case "leave out":
                payload = payload[:at] + payload[at + length :]
            case "put in":
                payload = payload[:at] + put + payload[at:]
            case _:
                payload = payload[:at] + payload[at : at + length] * 3 + payload[at + length :]
    return payload


def mutated(payload: bytes) -> st.SearchStrategy[bytes]:
    """Bytes in which some were changed."""
    return mutations.map(lambda changes: mutate(payload, changes))
