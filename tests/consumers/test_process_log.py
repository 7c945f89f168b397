import logging

from consumers.process_log import FewFromKafka


def line(name: str, level: int = logging.ERROR) -> logging.LogRecord:
    return logging.LogRecord(name, level, __file__, 1, "text", None, None)


def test_kafkas_client_may_complain_once_in_a_while() -> None:
    few = FewFromKafka()
    assert [few.filter(line("kafka.net.transport")) for _ in range(3)] == [True, False, False]


def test_kafkas_client_does_not_chat() -> None:
    assert not FewFromKafka().filter(line("kafka.cluster", logging.INFO))


def test_our_own_lines_all_come_through() -> None:
    few = FewFromKafka()
    assert all(few.filter(line("consumers.learner.loop", logging.INFO)) for _ in range(3))
