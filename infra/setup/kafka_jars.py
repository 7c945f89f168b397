"""Kafka's jars, by Maven from the project's pom."""

import os
import shutil
from pathlib import Path

from infra.setup.commands import Failed, run
from infra.setup.places import Places
from infra.setup.programs import JAVA


def pom(places: Places) -> Path:
    """Return the file that names Kafka's version."""
    return places.root / "infra" / "kafka" / "pom.xml"


def jars(places: Places) -> Path:
    """Return the folder that the broker is started from."""
    return pom(places).parent / "jars"


def archive(places: Places) -> Path:
    """Return the file of loaded classes that lets a broker start quickly."""
    return jars(places) / "classes.jsa"


def make_archive(places: Places) -> None:
    """Make that file; a broker starts without it, too. Raises `Failed`."""
    run([places.python, "-m", "infra.kafka.archive"], places.log, {"PYTHONPATH": str(places.root)})


def install(places: Places) -> None:
    """Fetch the jars anew, so that no jar of another version stays. Raises `Failed`."""
    maven, java = shutil.which("mvn"), JAVA.find(places)
    if not maven or not java:
        raise Failed("Maven or Java is missing.")
    shutil.rmtree(jars(places), ignore_errors=True)
    environment = {"JAVA_HOME": os.environ.get("JAVA_HOME") or str(java.resolve().parents[1])}
    run([maven, "-B", "-q", "-ntp", "-f", pom(places), "dependency:copy-dependencies"], places.log, environment)
    if not any(jars(places).glob("kafka_*.jar")):
        raise Failed(f"Maven copied no jars to {jars(places)}. See {places.log}.")
