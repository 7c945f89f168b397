"""docs/configuration.md names every variable, topic, group, key and channel of the code, and nothing else."""

import inspect
import re
from pathlib import Path

from bootstrap.settings import BootstrapSettings
from connections.environment import EnvironmentSettings, variables
from consumers.settings import ConsumerSettings
from infra.stack.settings import StackSettings
from online_models.schema import keyspace
from online_models.schema.messages import PUSH_CHANNEL
from storefront.settings import StorefrontSettings
from training.settings import TrainingSettings

SETTINGS: tuple[type[EnvironmentSettings], ...] = (
    StorefrontSettings,
    ConsumerSettings,
    BootstrapSettings,
    StackSettings,
    TrainingSettings,
)
ROOT = Path(__file__).parents[1]
PACKAGES = ("online_models", "connections", "storefront", "consumers", "training", "bootstrap", "infra")
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

FOR_TESTS = {"RIVERFRONT_FUZZ_EXAMPLES", "RIVERFRONT_REQUIRE_SERVERS"}
NOT_A_KEY = {"picture_path", "catalog_pattern", "topic_of"}


def in_ticks(pattern: str) -> set[str]:
    return set(re.findall(f"`({pattern})`", PAGE))


def variables_of_the_code() -> set[str]:
    sources = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    sources += [ROOT / name for name in ("Makefile", "docker-compose.yml", "infra/Dockerfile", ".ci/run")]
    found: set[str] = set()
    for source in sources:
        text = source.read_text(encoding="utf-8")
        found.update(re.findall(r"RIVERFRONT_[A-Z_]*[A-Z]", text))
    known = set[str]().union(*(variables(settings) for settings in SETTINGS))
    # Each may come from a file.
    return {name for name in found if name.removesuffix("_FILE") not in known} | known


def keys_of_the_code() -> set[str]:
    builders = {
        name: function
        for name, function in inspect.getmembers(keyspace, inspect.isfunction)
        if function.__module__ == keyspace.__name__ and name not in NOT_A_KEY and not name.startswith("_")
    }
    return {
        function(**{parameter: f"{{{parameter}}}" for parameter in inspect.signature(function).parameters})
        for function in builders.values()
    }


def test_every_variable_is_documented_and_every_documented_variable_is_read() -> None:
    documented = {name.partition("=")[0] for name in in_ticks(r"RIVERFRONT_[A-Z_]+(?:=1)?")}
    assert documented - FOR_TESTS == variables_of_the_code() - FOR_TESTS


def test_every_key_is_documented_and_every_documented_key_exists() -> None:
    assert in_ticks(r"riverfront:[a-z{}:-]+") == keys_of_the_code() | {PUSH_CHANNEL}


def test_every_topic_is_documented_and_every_documented_topic_exists() -> None:
    assert in_ticks(r"interactions[a-z.]*|catalog") == {topic.name for topic in keyspace.TOPICS}


def test_each_topic_has_the_documented_partitions() -> None:
    for topic in keyspace.TOPICS:
        assert f"| `{topic.name}` | {topic.partitions} |" in PAGE


def test_all_groups_are_documented() -> None:
    assert in_ticks("riverfront-[a-z]+") == {keyspace.LEARNER_GROUP, keyspace.MONITOR_GROUP, keyspace.REFIT_GROUP}
