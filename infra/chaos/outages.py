"""Outages one by one: what each page answers meanwhile, how soon all works again, and what was lost."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from connections.redis_client import connect
from infra.bench.timing import percentile
from infra.chaos.probes import PageProbe, PushProbe, Try, recovery_of
from infra.chaos.pulls import Action, Pull, Role
from infra.chaos.storm import PROBES, PRODUCTS, Storm, StormOptions, shop_file
from infra.chaos.targets import Targets
from infra.errors import CannotRun
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options

PATHS = ("/", "/products/item-0", "/search?q=mug", "/basket", "/orders", "/account/sign-in")
RECOVERY_SECONDS = 120.0
DATABASE = "RIVERFRONT_DATABASE"

Pulling = Callable[[LocalStack, Targets], Iterator[None]]
"""Begins an outage, and ends it after its ``yield``."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What goes away, and how."""

    name: str
    pulling: Pulling


@dataclass(slots=True)
class Outcome:
    """What became of an outage."""

    name: str
    statuses: dict[str, list[int]] = field(default_factory=dict)
    p99_s: dict[str, float] = field(default_factory=dict)
    page_s: float | None = None
    push_s: float | None = None

    @property
    def slowest_s(self) -> float:
        """The p99 of the slowest page."""
        return max(self.p99_s.values(), default=0.0)

    @property
    def row(self) -> str:
        """A row of the table in docs/reliability.md."""
        codes = sorted({status for statuses in self.statuses.values() for status in statuses})
        words = ", ".join(str(code) if code else "no answer" for code in codes)
        return f"| {self.name} | {words} | {self.slowest_s:.2f} | {_seconds(self.page_s)} | {_seconds(self.push_s)} |"


TABLE_HEAD = (
    "| outage | answers of pages | slowest page's p99, s | page again after, s | push again after, s |\n"
    "| --- | --- | --- | --- | --- |"
)


def signalled(role: Role, action: Action) -> Pulling:
    """Kill or freeze a process; one that is frozen goes on in the end."""

    def pull(_stack: LocalStack, targets: Targets) -> Iterator[None]:
        targets.pull(Pull(0.0, role, 0, action))
        yield
        targets.thaw_all()

    return pull


def flushed(stack: LocalStack, _targets: Targets) -> Iterator[None]:
    """Delete all that Redis has."""
    with connect(stack.own_redis.supervisor_url if stack.own_redis else stack.redis, 5.0) as client:
        client.flushall()
    yield


def locked(stack: LocalStack, _targets: Targets) -> Iterator[None]:
    """Hold the database's lock for writing."""
    path = stack.environment()["RIVERFRONT_DATABASE"].removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


OUTAGES = (
    Outage("Kafka frozen", signalled("kafka", "freeze")),
    Outage("Kafka killed", signalled("kafka", "kill")),
    Outage("Redis frozen", signalled("redis", "freeze")),
    Outage("Redis killed", signalled("redis", "kill")),
    Outage("Redis flushed", flushed),
    Outage("learner frozen", signalled("learner", "freeze")),
    Outage("learner killed", signalled("learner", "kill")),
    Outage("monitor frozen", signalled("monitor", "freeze")),
    Outage("monitor killed", signalled("monitor", "kill")),
    Outage("database locked by another writer", locked),
)


def mounted_outages(folder: Path) -> Sequence[Outage]:
    """Return the outages of the database's disk, which is a file system of its own at ``folder``."""

    def full(_stack: LocalStack, _targets: Targets) -> Iterator[None]:
        filling = folder / "filling"
        with suppress(OSError), filling.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(65_536))
        yield
        filling.unlink()

    return (Outage("database's disk full", full),)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """Mount a small file system in memory at a folder; gives None where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    if subprocess.run(  # noqa: S603 - the system's own tool
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)],  # noqa: S607
        check=False,
        capture_output=True,
        timeout=10,
    ).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        with suppress(CannotRun):
            _run("umount", "-l", str(folder))


@contextmanager
def database_at(folder: Path | None) -> Iterator[None]:
    """Have a stack keep its database in a folder; where there is none, in its own."""
    before = os.environ.get(DATABASE)
    if folder is not None:
        os.environ[DATABASE] = f"sqlite:///{folder}/shop.db"
    try:
        yield
    finally:
        os.environ.pop(DATABASE, None)
        if before is not None:
            os.environ[DATABASE] = before


def measure_outages(seconds: float, outages: Sequence[Outage] = OUTAGES) -> dict[str, object]:
    """Have one outage after the other on one running shop, with shoppers in it. Raises `CannotRun`.

    Where file systems may be mounted, the database has one of its own, which is filled up in the end.
    """
    display = Display()
    with TemporaryDirectory() as folder, small_disk(Path(folder)) as disk, database_at(disk), shop_file() as catalog:
        words = ("--no-report", "--no-history", "--catalog", str(catalog))
        if disk is None:
            display.note("No file system can be mounted here: the outages of the database's disk are left out.")
        else:
            outages = (*outages, *mounted_outages(disk))
        with fresh_stack(display, Options(bootstrap=words, quiet=True)) as stack:
            storm = Storm(stack, display, StormOptions(0.0, seed=1))
            outcomes: list[Outcome] = []
            with storm.shopping():
                for outage in outages:
                    with display.step(outage.name):
                        outcomes.append(_have(outage, stack, storm.targets, seconds))
                    display.note(outcomes[-1].row)
            verdict, further = storm.judge()
    return {
        "outages": [
            {
                "name": one.name,
                "statuses": {path: sorted(set(codes)) for path, codes in one.statuses.items()},
                "p99_s": one.p99_s,
                "page_recovery_s": one.page_s,
                "push_recovery_s": one.push_s,
            }
            for one in outcomes
        ],
        "acknowledged": verdict.acknowledged,
        "lost": verdict.lost,
        "twice": verdict.twice,
        "baskets_lost": verdict.baskets_lost,
        "stars_lost": verdict.stars_lost,
        "orders_lost": verdict.orders_lost,
        "purchases_lost": verdict.purchases_lost,
        **further,
        "words": verdict.words,
        "table": "\n".join([TABLE_HEAD, *(one.row for one in outcomes)]),
    }


def _have(outage: Outage, stack: LocalStack, targets: Targets, seconds: float) -> Outcome:
    """Have one outage, and wait until pages and pushes come again."""
    address, items = stack.address, [f"item-{number}" for number in range(PRODUCTS)]
    pages = [PageProbe(address, PATHS) for _ in range(PROBES)]
    push = PushProbe(address, items)
    probes: list[PageProbe | PushProbe] = [*pages, push]
    for probe in probes:
        probe.start()
    try:
        pulling = outage.pulling(stack, targets)
        began = time.monotonic()
        next(pulling)
        stack.watch_until(lambda: time.monotonic() > began + seconds)
        for _ in pulling:
            pass
        over = time.monotonic()
        deadline = over + RECOVERY_SECONDS

        def is_well() -> bool:
            found = [recovery_of(probe.tries, over) for probe in probes]
            return None not in found or time.monotonic() > deadline

        stack.watch_until(is_well)
    finally:
        for probe in probes:
            probe.stop()
    return outcome_of(outage.name, [one for probe in pages for one in probe.tries], push.tries, began, over)


def outcome_of(name: str, pages: Sequence[Try], pushes: Sequence[Try], began: float, over: float) -> Outcome:
    """Summarize an outage that lasted from ``began`` until ``over`` (`time.monotonic`)."""
    outcome = Outcome(name, page_s=recovery_of(pages, over), push_s=recovery_of(pushes, over))
    for path in PATHS:
        during = [one for one in pages if one.what == path and began <= one.asked < over]
        if during:
            outcome.statuses[path] = [one.status for one in during]
            outcome.p99_s[path] = round(percentile([one.took for one in during], 99), 3)
    return outcome


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f}"


def _run(*words: str) -> None:
    answer = subprocess.run(words, check=False, capture_output=True, text=True, timeout=10)  # noqa: S603 - the system's
    if answer.returncode:
        raise CannotRun(f"{' '.join(words)}: {answer.stderr.strip()}")
