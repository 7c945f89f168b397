"""``riverfront bench backfill``: how many events per second the learner learns while it works off a full log."""

from infra.errors import CannotRun
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import Options
from infra.stack.progress import Learned


def measure_backfill(limit: int | None) -> dict[str, object]:
    """Bootstrap into a fresh stack, then take the learner's own word for how far it is when. Raises `CannotRun`."""
    words = ("--no-report", *(("--limit", str(limit)) if limit else ()))
    with fresh_stack(Display(), Options(bootstrap=words, quiet=True)) as stack:
        return speed_of(stack.learned)


def speed_of(learned: list[Learned]) -> dict[str, object]:
    """Work out the speed from the first reading with the whole log in Kafka: before, the bootstrap is busy too.

    Raises
    ------
    CannotRun
        If the learner was done before it was asked twice.

    Examples
    --------
    >>> speed_of([Learned(0, 400, 0.0), Learned(10, 300, 1.0), Learned(100, 900, 5.0), Learned(900, 900, 7.0)])
    {'events': 800, 'seconds': 2.0, 'events_per_second': 400}
    """
    whole = learned[-1].total if learned else 0
    steps = [one for one in learned if one.at and one.total == whole]
    if not steps or steps[-1].at <= steps[0].at:
        raise CannotRun("There were too few events to measure anything.")
    events, seconds = steps[-1].done - steps[0].done, steps[-1].at - steps[0].at
    return {"events": events, "seconds": round(seconds, 1), "events_per_second": round(events / seconds)}
