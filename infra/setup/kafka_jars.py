"""Kafka's jars and those of Kafka Connect, each checked by its hash, from a Maven repository.

Neither Maven nor Java is needed to fetch them.
"""

import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.setup.clone import Clone
from infra.setup.commands import Failed, run
from infra.setup.download import fetch
from infra.setup.maven_repository import Repository, named_repository
from infra.setup.step import Step
from infra.setup.uv import Uv

AT_ONCE = 6
CONNECT = "kafka-connect"
PUBLIC = "from jgo.constants import MAVEN_CENTRAL_URL; print(MAVEN_CENTRAL_URL)"
ADVICE = (
    "The jars come from the Maven repository that MVNW_REPOURL names (MVNW_USERNAME and MVNW_PASSWORD say who asks), "
    "else from the mirror of `central` in ~/.m2/settings.xml, else from the public one.\n"
    "If a proxy stands between, HTTPS_PROXY names it; if it signs with a certificate of its own, SSL_CERT_FILE does."
)


def steps(clone: Clone, uv: Uv) -> list[Step]:
    """Return how to get the jars, and then the archive of loaded classes that lets a broker start quickly."""
    lock, jars = clone.lock("kafka"), folder_of(clone)
    # How the broker lets clients in decides which classes it loads.
    decides = (lock, clone.root / "infra" / "kafka" / "access.py")
    make_archive, path = (clone.python, "-m", "infra.kafka.archive"), {"PYTHONPATH": str(clone.root)}
    return [
        Step("Kafka", (lock,), (jars,), lambda line: install(clone, uv, "kafka", line.tell)),
        Step("Kafka's quick start", decides, (jars / "classes.jsa",), lambda _: run(make_archive, clone.log, path)),
    ]


def connect_step(clone: Clone, uv: Uv) -> Step:
    """Return how to get Kafka Connect and Debezium, which the tests run beside the shop."""
    lock, folder = clone.lock(CONNECT), folder_of(clone, CONNECT)
    return Step("Kafka Connect", (lock,), (folder,), lambda line: install(clone, uv, CONNECT, line.tell))


def folder_of(clone: Clone, name: str = "kafka") -> Path:
    """Return the folder of the jars that a lock file names."""
    return clone.tools / name if name == CONNECT else clone.root / "infra" / "kafka" / "jars"


def install(clone: Clone, uv: Uv, name: str, tell: Callable[[float], None]) -> None:
    """Fetch the jars anew, so that no jar of another version stays. Raises `Failed`, with what the user can do."""
    folder, aside = folder_of(clone, name), clone.tools / f"{name}.part"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        tools = clone.tools / "jgo"
        uv.install_folder(clone.lock("jgo"), tools)
        repository = named_repository(os.environ) or public_repository(tools)
        fetch_all(repository, read_lock(clone.lock(name)), aside, certificates(tools), tell)
    except Failed as failed:
        raise Failed(f"{failed}\n{ADVICE}") from failed
    shutil.rmtree(folder, ignore_errors=True)
    aside.replace(folder)


def read_lock(path: Path) -> dict[str, str]:
    """Read each jar's path in a repository, and its SHA-512: the lines of ``sha512sum``."""
    lines = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return {jar: sha512 for sha512, jar in lines}


def public_repository(tools: Path) -> Repository:
    """Return the repository that everybody uses. jgo, which resolves Maven's coordinates, names it. Raises `Failed`."""
    environment = {**os.environ, "PYTHONPATH": str(tools)}
    ask = [sys.executable, "-c", PUBLIC]
    answer = subprocess.run(ask, env=environment, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    if answer.returncode:
        raise Failed(f"jgo does not say where the public Maven repository is: {answer.stderr.strip()[-500:]}")
    return Repository(answer.stdout.strip())


def certificates(tools: Path) -> ssl.SSLContext:
    """Trust what this machine trusts, and the web's usual authorities: on macOS, Python may come without any."""
    context = ssl.create_default_context()
    usual = tools / "certifi" / "cacert.pem"
    if usual.exists():
        context.load_verify_locations(usual)
    return context


def fetch_all(
    repository: Repository,
    wanted: dict[str, str],
    folder: Path,
    trusted: ssl.SSLContext,
    tell: Callable[[float], None],
) -> None:
    """Fetch some jars at a time into one folder. ``tell`` is called with the share that is there. Raises `Failed`."""

    def fetch_one(path: str) -> None:
        fetch(repository.request(path), folder / Path(path).name, wanted[path], trusted)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for done, _ in enumerate(pool.map(fetch_one, wanted), 1):
                tell(done / len(wanted))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
