"""Each process has what its own settings are read from."""

import pytest

from infra.stack.process_environment import process_environment

SECRETS = {
    "RIVERFRONT_SECRET": "cookies",
    "RIVERFRONT_SECRET_OLD": "old cookies",
    "RIVERFRONT_METRICS_TOKEN": "figures",
    "RIVERFRONT_PROXY_SECRET": "proxy",
    "RIVERFRONT_MAIL": "smtp://me:hush@mail",
    "RIVERFRONT_DATABASE": "postgresql://me:hush@db/shop",
    "PGPASSWORD": "hush",
}
SERVERS = {"RIVERFRONT_REDIS": "redis://r", "RIVERFRONT_KAFKA": "k:9", "RIVERFRONT_HOME": "/home"}


def test_a_storefront_has_its_secrets() -> None:
    assert process_environment("storefront", SECRETS | SERVERS) == SECRETS | SERVERS


@pytest.mark.parametrize("module", ["consumers", "infra"])
def test_others_have_none_of_them(module: str) -> None:
    assert process_environment(module, SECRETS | SERVERS) == SERVERS


def test_a_learner_has_its_own_settings() -> None:
    own = {"RIVERFRONT_LEARNER": "2", "RIVERFRONT_SNAPSHOT_SECONDS": "5"}
    assert process_environment("consumers", own | {"RIVERFRONT_SHOPPERS_RATE": "9"}) == own


def test_the_refit_process_knows_nothing_of_redis() -> None:
    own = {"RIVERFRONT_KAFKA": "k:9", "RIVERFRONT_HOME": "/home", "RIVERFRONT_REFIT_SECONDS": "9"}
    assert process_environment("training", SECRETS | SERVERS | own) == own


def test_a_setting_from_a_file_goes_where_the_setting_goes() -> None:
    files = {"RIVERFRONT_REDIS_FILE": "/run/redis", "RIVERFRONT_SECRET_FILE": "/run/secret"}
    assert process_environment("storefront", files) == files
    assert process_environment("consumers", files) == {"RIVERFRONT_REDIS_FILE": "/run/redis"}
