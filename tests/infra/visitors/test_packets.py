"""Socket.IO packets on a bare websocket."""

import pytest
from socketio import packet as socket_io

from infra.visitors.packets import PONG, decode_packet, encode_packet, is_ping, read_event


def test_an_event_comes_back_as_it_was_sent() -> None:
    assert read_event(encode_packet(socket_io.EVENT, ["ranking", {"items": ["a", "é"]}])) == (
        "ranking",
        {"items": ["a", "é"]},
    )


def test_the_number_of_an_acknowledgement_is_not_part_of_the_event() -> None:
    assert read_event('4217["interaction",{"kind":"item_viewed"}]') == ("interaction", {"kind": "item_viewed"})


@pytest.mark.parametrize("frame", ["2", PONG, "40", '40{"sid":"s"}', "41", "", b"\x00"])
def test_what_is_no_event_reads_as_none(frame: str | bytes) -> None:
    assert read_event(frame) == ("", {})


def test_a_refusal_says_why() -> None:
    packet = decode_packet('44{"message":"full"}')
    assert packet is not None
    assert (packet.packet_type, packet.data) == (socket_io.CONNECT_ERROR, {"message": "full"})


@pytest.mark.parametrize(("frame", "expected"), [("2", True), ("3", False), ('42["a"]', False), (b"2", False)])
def test_a_ping_is_told_from_other_frames(frame: str | bytes, expected: bool) -> None:
    assert is_ping(frame) is expected
