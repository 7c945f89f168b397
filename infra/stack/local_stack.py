"""The whole product on one machine: real Kafka, real Redis, every process, in the right order."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from connections.environment import DEFAULT_PORT, InvalidSetting, read_variable
from connections.kafka_cluster import SecurityProtocol
from connections.kafka_settings import environment_of
from connections.redis_client import connect
from infra.errors import CannotRun
from infra.kafka.access import BOOTSTRAP, LEARNER, MONITOR, REFIT, SHOPPERS, STOREFRONT, SUPERVISOR
from infra.kafka.server import kafka_program
from infra.kafka.topics import ensure_topics
from infra.programs.binaries import find_java, find_redis_server
from infra.programs.ports import LOOPBACKS, is_free
from infra.programs.program import Program
from infra.programs.stop_signal import stop_signal
from infra.programs.supervisor import Supervisor
from infra.redis.server import redis_program
from infra.redis.unix_socket import release_socket
from infra.stack.catalog import OWN_CATALOG, has_catalog, publish_again, refuse_demo_among_events
from infra.stack.display import Display
from infra.stack.home import Home, lock_home
from infra.stack.process_environment import process_environment
from infra.stack.progress import ANSWER_SECONDS, Learned, LearnerProgress, are_warm
from infra.stack.restart_request import RestartRequest
from infra.stack.servers import DATABASE, REDIS, own_kafka, own_redis
from infra.stack.settings import StackSettings
from infra.stack.storefronts import Storefronts, answers_http
from storefront.production import read_served_settings
from training import packages

PORTS_TRIED = 50
STOP_DEADLINE = 15.0
"""Seconds that a process of the product has to finish: the learner writes a snapshot."""
WARM_DEADLINE = 10.0
"""Seconds that learners have to load their code before a shop opens all the same."""


class PortTaken(CannotRun):
    """The shop's port is in use. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run of the stack includes.

    Attributes
    ----------
    shoppers
        Whether simulated shoppers walk around.
    demo
        Whether the shop may run without a secret of its own, wherever it listens.
    bootstrap
        Further words for ``riverfront bootstrap``, which publishes the demo's catalog when there is none; None to do
        without one until somebody publishes it.
    storefronts
        How many storefronts run. More than one stand behind a proxy.
    quiet
        Whether the bootstrap's own progress goes to its log instead of the terminal.
    learners
        How many learners run; None for as many as the settings say.
    refit
        Whether the neural session model is trained, where TensorFlow is installed.
    """

    shoppers: bool = False
    demo: bool = False
    bootstrap: tuple[str, ...] | None = None
    storefronts: int = 1
    quiet: bool = False
    learners: int | None = None
    refit: bool = False


class LocalStack:
    """Starts the programs through a supervisor, which stops them."""

    def __init__(self, settings: StackSettings, supervisor: Supervisor, display: Display, options: Options) -> None:
        self.home = Home(settings.home)
        self.port = choose_port(settings)
        self.own_kafka = None if settings.kafka else own_kafka(self.home, self.home.port("kafka"))
        self.kafka = self.own_kafka.cluster(SUPERVISOR) if self.own_kafka else settings.cluster_at(str(settings.kafka))
        self.own_redis = None if settings.redis else own_redis(self.home)
        self.redis = self.own_redis.url if self.own_redis else str(settings.redis)
        self.learned: list[Learned] = []
        """How far the learner was while the start waited for it."""
        self.learners = options.learners or settings.learners
        self.restart_request = RestartRequest(self.home.run)
        self._consumers_run = False
        self._started_at = time.time()
        self._settings = settings
        self._supervisor = supervisor
        self._display = display
        self._options = options
        self.storefronts = Storefronts(settings, self.home, self.port, options.storefronts)

    @property
    def address(self) -> str:
        """Where the shop answers a browser on this machine."""
        return self.storefronts.address

    def start(self) -> None:
        """Start everything; returns when the shop answers and history is learned. Raises `CannotRun`."""
        if self.own_kafka and self._settings.kafka_security_protocol is not SecurityProtocol.PLAINTEXT:
            raise CannotRun("RIVERFRONT_KAFKA_SECURITY_PROTOCOL is for a Kafka of yours: set RIVERFRONT_KAFKA, too.")
        try:
            read_served_settings(os.environ | self.environment())
        except InvalidSetting as error:
            raise CannotRun(str(error)) from error
        self._start_servers()
        self.home.write_servers(self._servers())
        with self._display.step("Topics"):
            ensure_topics(self.kafka)
        if not has_catalog(self.redis):
            self._provide_catalog()
        with self._display.step("Shop"):
            self._start_consumers()
            self._start_storefronts()
        self._wait_until_learned()
        if self._options.shoppers:
            with self._display.step("Simulated shoppers"):
                self._supervisor.start(self._program("Shoppers", SHOPPERS, "infra", "simulate"))
        if self._options.refit and packages.are_there():
            self._supervisor.start(self._program("Refit", REFIT, "training"))

    def watch_until_warm(self) -> None:
        """Watch until the learners have loaded their code, or should have. Raises `Stopped`."""
        deadline = time.monotonic() + WARM_DEADLINE
        with closing(connect(self.redis, ANSWER_SECONDS)) as client:
            self.watch_until(
                lambda: time.monotonic() > deadline or are_warm(client, self.learners, since=self._started_at)
            )

    def watch(self) -> None:
        """Start again what dies, and what somebody wants restarted, until somebody asks the stack to stop."""
        self.restart_request.clear()
        self._supervisor.watch(self._restart_storefronts)

    def watch_until(self, condition: Callable[[], bool]) -> None:
        """Do the same until the condition holds. Raises `Stopped` if somebody asks the stack to stop before."""

        def is_over() -> bool:
            self._restart_storefronts()
            return condition()

        self._supervisor.wait(is_over, pause=0.05)

    def pids(self) -> dict[str, int]:
        """Return the process id of each program."""
        return self._supervisor.pids()

    def environment(self, user: str = STOREFRONT) -> dict[str, str]:
        """Return the variables that processes of the product are started with: each with those that are its own.

        ``user`` is who a process is to the stack's own Kafka.
        """
        return {
            "RIVERFRONT_HOME": str(self.home.folder),
            "RIVERFRONT_HOST": self._settings.host,
            "RIVERFRONT_PORT": str(self.port),
            **self._kafka_environment(user),
            "RIVERFRONT_REDIS": self.redis,
            "RIVERFRONT_LEARNERS": str(self.learners),
            "RIVERFRONT_DATABASE": read_variable("RIVERFRONT_DATABASE", os.environ)
            or f"sqlite:///{self.home.folder}/shop.db",
            # A shop that others can reach needs a secret of its own.
            "RIVERFRONT_DEMO": read_variable("RIVERFRONT_DEMO", os.environ)
            or str(int(self._options.demo or self._settings.host in LOOPBACKS)),
            # The operators' page is open on a machine of one's own, and wherever the user says so.
            "RIVERFRONT_OPS_OPEN": read_variable("RIVERFRONT_OPS_OPEN", os.environ)
            or str(int(self._settings.host in LOOPBACKS)),
            "PYTHONUNBUFFERED": "1",
        }

    def _servers(self) -> dict[str, str]:
        """Return the variables by which commands in other terminals reach this stack's servers."""
        own = self.environment()
        return environment_of(self.kafka) | {name: own[name] for name in (REDIS, DATABASE)}

    def _kafka_environment(self, user: str) -> dict[str, str]:
        if self.own_kafka:
            return environment_of(self.own_kafka.cluster(user))
        # How to log in, they inherit.
        return {"RIVERFRONT_KAFKA": self.kafka.servers}

    def _start_servers(self) -> None:
        home = self.home
        with self._display.step("Kafka and Redis" if self._settings.kafka is None else "Redis"):
            if self.own_redis:
                program = redis_program(find_redis_server(), self.own_redis, home.redis, home.log("redis"))
                self._supervisor.start(program)
            if self.own_kafka:
                ports, log = (self.own_kafka.port, home.port("kafka-controller")), home.log("kafka")
                self._supervisor.start(kafka_program(find_java(), *ports, home.kafka, log, access=self.own_kafka))

    def _provide_catalog(self) -> None:
        """Publish the catalog that was published last, whoever's it is; the demo's only where there never was any."""
        if version := publish_again(self.redis, self.home.catalog):
            self._display.note(f"Redis had lost catalog {version}: published it again.")
        elif self._options.bootstrap is None:
            self._display.note(
                f"No catalog yet. {OWN_CATALOG}, or send products by the API; `riverfront demo` runs the demo's shop."
            )
        else:
            refuse_demo_among_events(self.kafka)
            self._bootstrap(self._options.bootstrap)

    def _bootstrap(self, words: tuple[str, ...]) -> None:
        self._display.note("No catalog yet: reading the demo's products and orders.")
        log = self.home.log("bootstrap") if self._options.quiet else None
        program = self._program("Bootstrap", BOOTSTRAP, "infra", "bootstrap", *words, log=log)
        # The catalog is published before its history goes to Kafka: from then on the learner can keep pace with it.
        if code := self._supervisor.run(program, self._start_consumers_with_catalog):
            where = f" Its last words are in {log}." if log else ""
            raise CannotRun(f"The bootstrap ended with exit code {code}.{where}")

    def _start_consumers_with_catalog(self) -> None:
        if not self._consumers_run and has_catalog(self.redis):
            self._start_consumers()

    def _start_consumers(self) -> None:
        if not self._consumers_run:
            learners = [self._learner(number) for number in range(1, self.learners + 1)]
            self._supervisor.start(*learners, self._program("Monitor", MONITOR, "consumers", "monitor"))
            self._consumers_run = True

    def _start_storefronts(self) -> None:
        # Without a catalog a shop is alive, but never ready.
        page = "/healthz/ready" if has_catalog(self.redis) else "/healthz"
        programs = []
        for name, address in self.storefronts.addresses.items():
            ready = partial(answers_http, f"http://{address}{page}")
            own = self.storefronts.program_settings(name, self.environment())
            programs.append(self._program(name, STOREFRONT, "storefront", ready=ready, **own))
        self._supervisor.start(*programs)
        if self.storefronts.has_proxy:
            self._supervisor.start(self.storefronts.proxy_program())
        self.home.write_storefronts(self.storefronts.addresses)

    def _restart_storefronts(self) -> None:
        """Restart them one after the other if somebody has asked for it."""
        if not self.restart_request.is_made:
            return
        try:
            for name in self.storefronts.addresses:
                with self._display.step(f"Restart {name}"):
                    self._supervisor.restart(name)
        except CannotRun as error:
            self._display.problem(str(error))
            self.restart_request.clear(str(error))
        else:
            self.restart_request.clear()

    def _learner(self, number: int) -> Program:
        environment = self.environment(LEARNER) | {"RIVERFRONT_LEARNER": str(number)}
        name, log = ("Learner", "learner") if number == 1 else (f"Learner {number}", f"learner-{number}")
        return self._program(name, LEARNER, "consumers", "learn", environment=environment, log=self.home.log(log))

    def _wait_until_learned(self) -> None:
        with closing(LearnerProgress(self.kafka, self.redis)) as progress:
            if progress.read().is_all:
                return
            with self._display.progress("History learned") as move:

                def is_learned() -> bool:
                    self.learned.append(progress.read())
                    move(self.learned[-1].done, self.learned[-1].total)
                    return self.learned[-1].is_all

                self._supervisor.wait(is_learned)

    def _program(self, name: str, user: str, module: str, *words: str, **settings: Any) -> Program:
        """Describe a process of the product, with a log of its own unless ``settings`` say otherwise."""
        known: dict[str, Any] = {
            "log": self.home.log(name.lower().replace(" ", "-")),
            "environment": self.environment(user),
            "stop_deadline": STOP_DEADLINE,
        } | settings
        environment = process_environment(module, os.environ | known.pop("environment"))
        return Program(name, (sys.executable, "-m", module, *words), environment=environment, **known)


@contextmanager
def start_stack(settings: StackSettings, display: Display, options: Options) -> Iterator[LocalStack]:
    """Run everything in the folder of the settings while the block lasts, which begins when the shop answers.

    Raises `CannotRun`, and `Stopped` if somebody asks it to stop before.
    """
    home = Home(settings.home)
    with lock_home(home) as describe, stop_signal() as asked:
        try:
            with Supervisor(display, asked) as supervisor:
                stack = LocalStack(settings, supervisor, display, options)
                stack.start()
                describe(stack.address)
                yield stack
        finally:
            home.forget_servers()
            release_socket(home.run)


def choose_port(settings: StackSettings) -> int:
    """Return the shop's port: the one asked for, else the next free one. Raises `PortTaken`."""
    if settings.port is not None:
        if not is_free(settings.port, settings.host):
            raise PortTaken(f"Port {settings.port} of {settings.host} is in use. Set RIVERFRONT_PORT to another one.")
        return settings.port
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        if is_free(port, settings.host):
            return port
    raise PortTaken(f"Ports {DEFAULT_PORT} to {DEFAULT_PORT + PORTS_TRIED - 1} are all in use. Set RIVERFRONT_PORT.")
