import json

import msgspec
import pytest

from storefront.security.bounded_json import SocketJSON


class Receipt(msgspec.Struct):
    event_id: str


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1.5,
        10**30,
        "Grüße \N{HOT BEVERAGE} \u2028 </script>",
        "half a character: \ud83c",
        [],
        {},
        [{"a": ("b", 1)}],
    ],
)
def test_what_is_written_reads_the_same_as_what_python_writes(value: object) -> None:
    assert json.loads(SocketJSON.dumps(value, separators=(",", ":"))) == json.loads(json.dumps(value))


def test_records_are_written_as_they_are() -> None:
    assert SocketJSON.dumps([Receipt("e1")]) == '[{"event_id":"e1"}]'
    assert json.loads(SocketJSON.dumps([Receipt("\ud800")])) == [{"event_id": "\ud800"}]


def test_what_is_no_json_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        SocketJSON.dumps(object())


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 5_000, "9" * 401])
def test_a_number_of_any_length_does_not_keep_what_is_beside_it(number: str) -> None:
    assert SocketJSON.loads(f'["a", {number}, "b"]')[::2] == ["a", "b"]
    assert SocketJSON.loads(f'["a", {number}, "b"]'.encode())[1] in {float("inf"), float("-inf"), float("9" * 401)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_bytes_are_read_as_python_reads_them(encoding: str) -> None:
    assert SocketJSON.loads('["Grüße"]'.encode(encoding)) == ["Grüße"]


@pytest.mark.parametrize(("text", "reason"), [("[" * 100_000, "nested too deeply"), ("{", "Expecting")])
def test_what_is_nested_too_deeply_is_as_wrong_as_what_does_not_parse(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        SocketJSON.loads(text)
