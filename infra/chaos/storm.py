"""A storm over the whole product: plugs are pulled by a seed while shoppers shop, then the books are compared."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from connections.listening import is_listening
from infra.bench.timing import percentile
from infra.chaos.probes import PageProbe, PushProbe, Try, recovery_of
from infra.chaos.pulls import SERVERS, Pull, plan_pulls
from infra.chaos.replayed_log import Snapshot, ends_of, events_of, is_equal_replayed, newest_snapshot, read_log
from infra.chaos.shopper import StormShopper
from infra.chaos.targets import Targets
from infra.chaos.verdict import StormVerdict, endless_keys
from infra.redis.server import answers_ping
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options
from infra.stack.storefronts import answers_http

PRODUCTS = 120
SHOPPERS, PROBES = 8, 2
TOLD_EVERY = 10.0
SLOW_SECONDS, SLOWEST = 1.0, 30
"""Pages that are reported one by one, and how many at most."""

QUIET_SECONDS = 120.0
"""How long the shop has, when all is over, to come back and to send on what it accepted."""


@dataclass(frozen=True, slots=True)
class StormOptions:
    """How long, by which seed, over how many processes, and with how long pauses between two pulls."""

    seconds: float
    seed: int
    learners: int = 1
    storefronts: int = 1
    every: tuple[float, float] = (4.0, 9.0)


@dataclass(slots=True)
class Pulled:
    """A plug that was pulled, when, and when what was pulled could work again."""

    pull: Pull
    pid: int
    at: float
    back: float | None = None


@dataclass(slots=True)
class Storm:
    """Pulls plugs in the main thread, which also watches the programs, while shoppers shop in threads of their own."""

    stack: LocalStack
    display: Display
    options: StormOptions
    targets: Targets = field(init=False)
    shoppers: list[StormShopper] = field(default_factory=list)
    pages: list[PageProbe] = field(default_factory=list)
    pushes: list[PushProbe] = field(default_factory=list)
    pulled: list[Pulled] = field(default_factory=list)
    _coming: list[Pull] = field(default_factory=list)
    _started: float = 0.0
    _told: float = 0.0

    def __post_init__(self) -> None:
        self.targets = Targets(self.stack.pids)

    @contextmanager
    def shopping(self) -> Iterator[None]:
        """Let shoppers in; in the end, wait until the shop is quiet again and each has their receipts."""
        items, seed = [f"item-{number}" for number in range(PRODUCTS)], 1_000 * self.options.seed
        self.shoppers = [
            StormShopper(self.stack.address, items, seed + number, buys=number % 3 == 0) for number in range(SHOPPERS)
        ]
        for shopper in self.shoppers:
            shopper.start()
        try:
            yield
        finally:
            self.targets.thaw_all()
        self._calm_down()

    def blow(self) -> None:
        """Pull plugs until the time is over, while shoppers shop."""
        with self.shopping():
            self._pull_all()

    def _pull_all(self) -> None:
        items, options, address = [f"item-{number}" for number in range(PRODUCTS)], self.options, self.stack.address
        paths = ("/", f"/products/{items[0]}", "/basket")
        self.pages = [PageProbe(address, paths) for _ in range(PROBES)]
        self.pushes = [PushProbe(address, items) for _ in range(PROBES)]
        for probe in self._probes():
            probe.start()
        self._coming = plan_pulls(options.seed, options.seconds, options.every)
        self._started = self._told = time.monotonic()
        self.stack.watch_until(self._is_over)

    def _is_over(self) -> bool:
        now = time.monotonic()
        since = now - self._started
        while self._coming and self._coming[0].at <= since:
            self._pull(self._coming.pop(0), now)
        for pulled in self.pulled:
            if pulled.back is None:
                self._look_after(pulled, now)
        self.targets.look()
        if now >= self._told + TOLD_EVERY:
            self._told = now
            acknowledged = sum(len(shopper.ledger.acknowledged) for shopper in self.shoppers)
            waiting = sum(shopper.waiting for shopper in self.shoppers)
            self.display.note(f"{since:5.0f} s: {acknowledged} acknowledged, {waiting} wait, {len(self.pulled)} pulled")
        return since >= self.options.seconds and all(pulled.back is not None for pulled in self.pulled)

    def _pull(self, pull: Pull, now: float) -> None:
        pid = self.targets.pull(pull)
        if pid is not None:
            self.display.note(f"{now - self._started:5.0f} s: {pull}")
            self.pulled.append(Pulled(pull, pid, now))

    def _look_after(self, pulled: Pulled, now: float) -> None:
        """Let a frozen process go on in time, and note when a server answers again."""
        pull = pulled.pull
        if pull.action == "freeze":
            if now >= pulled.at + pull.seconds:
                self.targets.thaw(pulled.pid)
                pulled.back = time.monotonic()
        elif pull.role not in SERVERS:
            pulled.back = pulled.at
        elif pulled.pid not in self.stack.pids().values() and self._answers(pull.role):
            pulled.back = time.monotonic()

    def _answers(self, role: str) -> bool:
        return answers_ping(self.stack.redis) if role == "redis" else is_listening(self.stack.kafka.servers)

    def _calm_down(self) -> None:
        display, stack = self.display, self.stack
        with display.step("The shop is open again"):
            self._wait(lambda: answers_http(f"{stack.address}/healthz/ready"))
        for shopper in self.shoppers:
            shopper.stop_shopping()
        with display.step("Every shopper has their receipts"):
            self._wait(lambda: not any(shopper.waiting for shopper in self.shoppers))
        for probe in self._probes():
            probe.stop()
        for shopper in self.shoppers:
            shopper.leave()

    def _probes(self) -> list[PageProbe | PushProbe]:
        return [*self.pages, *self.pushes]

    def _wait(self, condition: Callable[[], bool]) -> bool:
        """Wait until it holds, within `QUIET_SECONDS`. Returns whether it does."""
        deadline = time.monotonic() + QUIET_SECONDS
        held = [False]

        def is_done() -> bool:
            held[0] = condition()
            return held[0] or time.monotonic() > deadline

        self.stack.watch_until(is_done)
        return held[0]

    def judge(self) -> tuple[StormVerdict, dict[str, object]]:
        """Compare the shoppers' books with what is there. The second is what else the report says."""
        ledgers, verdict = [shopper.ledger for shopper in self.shoppers], StormVerdict()
        acknowledged = {event_id for ledger in ledgers for event_id in ledger.acknowledged}
        orders = {order.number for ledger in ledgers for order in ledger.orders.values() if order.is_thanked}
        stack = self.stack
        with self.display.step("What was accepted is in the topic"):

            def is_there() -> bool:
                events = list(events_of(read_log(stack.kafka)))
                ids = {event.event_id for event in events}
                bought = {getattr(event, "order", None) for event in events}
                return acknowledged <= ids and orders <= bought

            self._wait(is_there)
        records = read_log(stack.kafka)
        with self.display.step("The learner has learned it and saved"):
            snapshots = self._last_snapshots(ends_of(records))
        events = list(events_of(records))
        with self.display.step("The log is replayed"):
            equal = all(is_equal_replayed(snapshot, records, stack.redis) for snapshot in snapshots)
        with self.display.step("Books are compared"):
            verdict.judge_events(ledgers, events, snapshots)
            verdict.judge_orders(ledgers, events)
            for shopper in self.shoppers:
                verdict.judge_shopper(shopper.ledger, shopper.client)
        endless = endless_keys(stack.redis)
        return verdict, {"replay_equal": bool(snapshots) and equal, "endless_keys": endless, "topic": len(records)}

    def _last_snapshots(self, ends: dict[int, int]) -> list[Snapshot]:
        """Ask the learners to stop, which saves, and return what they saved once it is up to date."""
        last: list[Snapshot] = []

        def are_saved() -> bool:
            folders = {path.parent for path in self.stack.home.folder.rglob("snapshot-*.bin")}
            last[:] = [found for folder in sorted(folders) if (found := newest_snapshot(folder))]
            return bool(last) and all(
                snapshot.header.positions.get(partition, 0) >= end
                for snapshot in last
                for partition, end in ends.items()
            )

        for number in range(len(self.targets.find("learner"))):
            self.targets.pull(Pull(0.0, "learner", number, "restart"))
        self._wait(are_saved)
        return last

    def recoveries(self, probes: Sequence[PageProbe | PushProbe]) -> dict[str, list[float]]:
        """Return, by kind of pull, the seconds until the slowest of some probes had success again."""
        found: dict[str, list[float]] = defaultdict(list)
        end = max((one.asked for probe in probes for one in probe.tries), default=0.0)
        for pulled in self.pulled:
            since = pulled.back or pulled.at
            times = [recovery_of(probe.tries, since) for probe in probes]
            worst = max(round(end - since, 3) if seconds is None else seconds for seconds in times)
            found[f"{pulled.pull.action} {pulled.pull.role}"].append(worst)
        return found

    def page_tries(self) -> list[Try]:
        """Return all that was asked for by those who open pages."""
        return [one for probe in self.pages for one in probe.tries]

    def slowest_pages(self) -> list[dict[str, object]]:
        """Return what took longer than a second, the slowest first, with when it was asked for in the storm."""
        slow = sorted((one for one in self.page_tries() if one.took > SLOW_SECONDS), key=lambda one: -one.took)
        return [
            {
                "at_s": round(one.asked - self._started, 1),
                "path": one.what,
                "status": one.status,
                "took_s": round(one.took, 2),
            }
            for one in slow[:SLOWEST]
        ]


@contextmanager
def shop_file() -> Iterator[Path]:
    """Write the catalog of a small made-up shop."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.csv"
        lines = [
            f"item-{number},{('Red', 'Blue', 'Green')[number % 3]} Mug {number},{1 + number % 9}.50,Mugs {number % 6}"
            for number in range(PRODUCTS)
        ]
        path.write_text("\n".join(["id,title,price,category", *lines]), encoding="utf-8")
        yield path


def measure_storm(options: StormOptions) -> dict[str, object]:
    """Start the product in a fresh folder, let the storm blow, and report. Raises `CannotRun`."""
    display = Display()
    with shop_file() as catalog:
        words = ("--no-report", "--no-history", "--catalog", str(catalog))
        run = Options(bootstrap=words, quiet=True, learners=options.learners, storefronts=options.storefronts)
        with fresh_stack(display, run) as stack:
            storm = Storm(stack, display, options)
            storm.blow()
            verdict, further = storm.judge()
    return report_of(storm, verdict, further)


def report_of(storm: Storm, verdict: StormVerdict, further: dict[str, object]) -> dict[str, object]:
    """Put the figures of a storm together; the first ten are what it is judged by."""
    pages, pushes = storm.recoveries(storm.pages), storm.recoveries(storm.pushes)
    tries = storm.page_tries()
    return {
        "acknowledged": verdict.acknowledged,
        "in_topic": verdict.in_topic,
        "learned": verdict.learned,
        "lost": verdict.lost,
        "twice": verdict.twice,
        "baskets_lost": verdict.baskets_lost,
        "kills": sum(pulled.pull.action == "kill" for pulled in storm.pulled),
        "page_recovery_s": _summary([seconds for times in pages.values() for seconds in times]),
        "push_recovery_s": _summary([seconds for times in pushes.values() for seconds in times]),
        "orphans": len(storm.targets.orphans()),
        "pulls": len(storm.pulled),
        "stars_lost": verdict.stars_lost,
        "orders": sum(order.is_thanked for shopper in storm.shoppers for order in shopper.ledger.orders.values()),
        "orders_lost": verdict.orders_lost,
        "purchases_lost": verdict.purchases_lost,
        "refused": verdict.refused,
        **further,
        "page_requests": len(tries),
        "page_requests_refused": sum(one.came is None for one in tries),
        "slowest_pages": storm.slowest_pages(),
        "page_recovery_by_pull_s": {kind: _summary(times) for kind, times in sorted(pages.items())},
        "push_recovery_by_pull_s": {kind: _summary(times) for kind, times in sorted(pushes.items())},
        "seed": storm.options.seed,
        "seconds": storm.options.seconds,
        "words": verdict.words,
    }


def _summary(seconds: Sequence[float]) -> dict[str, float] | None:
    if not seconds:
        return None
    return {
        "p50": round(percentile(seconds, 50), 2),
        "p95": round(percentile(seconds, 95), 2),
        "max": round(max(seconds), 2),
    }
