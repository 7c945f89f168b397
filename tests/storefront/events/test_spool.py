from pathlib import Path

import pytest

from storefront.events.spool import Spool, SpoolFull


def test_what_is_appended_comes_out_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "deep" / "events.jsonl", 1000)
    for payload in (b"one", b"two", b"three"):
        spool.append(payload)

    assert spool.peek(2) == [b"one", b"two"]
    assert spool.peek(2) == [b"one", b"two"], "until advanced"
    spool.advance([b"one", b"two"])
    assert spool.peek(9) == [b"three"]
    spool.advance([b"three"])
    assert not spool
    assert list((tmp_path / "deep").iterdir()) == []


def test_a_new_process_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    first = Spool(path, 1000)
    for payload in (b"one", b"two", b"three"):
        first.append(payload)
    first.advance([b"one"])

    second = Spool(path, 1000)

    assert second
    assert second.peek(9) == [b"two", b"three"]


def test_a_line_cut_off_by_a_killed_process_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"one\ntw")
    spool = Spool(path, 1000)
    spool.append(b"three")
    assert spool.peek(9) == [b"one", b"tw", b"three"]


def test_an_unreadable_position_means_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"one\n")
    path.with_suffix(".position").write_text("?")
    assert Spool(path, 1000).peek(9) == [b"one"]


def test_it_never_grows_beyond_its_bound(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "events.jsonl", 10)
    spool.append(b"12345678")
    with pytest.raises(SpoolFull):
        spool.append(b"9")
    spool.advance([b"12345678"])
    spool.append(b"9")
    assert spool.peek(9) == [b"9"]
