"""Dead letters as lines of JSON."""

import base64

import msgspec

from infra.kafka.dead_letters import ParkedEvent, each_once, to_json
from online_models.schema.records.event_record import read_event


def a_letter(value: bytes, **headers: str) -> ParkedEvent:
    return ParkedEvent(partition=2, offset=7, at=1.5, key=b"v1", value=value, headers=headers)


def test_text_is_written_as_it_is_with_its_place_and_headers() -> None:
    line = msgspec.json.decode(to_json(a_letter('{"kind":"tänzen"}'.encode(), reason="an unknown kind")))
    assert line == {
        "partition": 2,
        "offset": 7,
        "at": 1.5,
        "reason": "an unknown kind",
        "value": '{"kind":"tänzen"}',
    }


def test_bytes_that_are_no_text_are_kept_whole() -> None:
    line = msgspec.json.decode(to_json(a_letter(b"\xff\x00")))
    assert base64.b64decode(line["value_base64"]) == b"\xff\x00"
    assert "value" not in line


def test_a_cloud_event_can_be_read_again() -> None:
    headers = {"ce_specversion": "1.0", "ce_id": "1", "ce_source": "/shop", "ce_type": "item_viewed", "reason": "then"}
    letter = a_letter(b'{"item":"a/b","visitor":"v1","occurred_at":1.0}', **headers)
    assert read_event(letter.value, letter.envelope).visitor == "v1"


def test_a_letter_without_a_reason_says_so() -> None:
    assert a_letter(b"").reason == "no reason was given"
    assert a_letter(b"", reason="too long").reason == "too long"


def test_a_record_that_was_parked_again_after_a_crash_counts_once() -> None:
    def parked(offset: str, at: str) -> ParkedEvent:
        return a_letter(b"x", topic="interactions", partition="0", offset=offset, appended_at=at)

    letters = [parked("7", "1.0"), parked("8", "1.0"), parked("7", "1.0"), parked("7", "9.0"), a_letter(b"x")]
    assert list(each_once(letters)) == [*letters[:2], *letters[3:]]
