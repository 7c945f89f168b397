"""``riverfront status``: what answers, and what the learner said last."""

import re
import time
from pathlib import Path

import msgspec
import pytest
import redis

from infra.programs.ports import LOOPBACK, free_port
from infra.stack.home import Home, lock_home
from online_models.schema import keyspace
from online_models.schema.messages import LearnerStatus
from tests.infra.conftest import Run
from tests.infra.proxy.upstream import Upstream

pytestmark = pytest.mark.integration


def test_status_says_that_no_learner_runs(run: Run) -> None:
    answer = run("status")
    assert answer.returncode == 1
    assert "does not run" in answer.stdout
    assert "none runs in" in answer.stdout


def test_status_says_how_far_the_learner_is(run: Run, empty_redis: str, tmp_path: Path) -> None:
    said = LearnerStatus(
        at=time.time(),
        started_at=0.0,
        learned=12_345,
        learned_per_second=678.0,
        ranked=9,
        pushed=8,
        dead_letters=0,
        duplicates=0,
        postponed=0,
        items=1,
        visitors=1,
        memory_bytes=300 * 2**20,
    )
    with redis.Redis.from_url(empty_redis) as client, lock_home(Home(tmp_path)) as describe:
        client.hset(keyspace.learner_statuses(), "1", msgspec.json.encode(said))
        describe("http://127.0.0.1:8000")
        answer = run("status")
    assert answer.returncode == 0, answer.stderr
    assert "12,345 events learned, 678/s, 8 lists pushed, 300 MB" in " ".join(answer.stdout.split())
    assert "http://127.0.0.1:8000" in answer.stdout


def test_status_names_each_storefront(run: Run, tmp_path: Path) -> None:
    home = Home(tmp_path)
    with lock_home(home), Upstream("one", free_port()) as one:
        home.write_storefronts({"Storefront 1": one.address, "Storefront 2": f"{LOOPBACK}:{free_port()}"})
        answer = " ".join(run("status").stdout.split())
    assert f"Storefront 1 {one.address} · answers" in answer
    assert re.search(r"Storefront 2 \S+ · does not answer", answer)
    assert "Storefront" not in run("status").stdout, "of a stack that has ended"


def test_status_shows_no_password(run: Run) -> None:
    answer = run("status", RIVERFRONT_REDIS="redis://:hush@127.0.0.1:1/0", RIVERFRONT_KAFKA="127.0.0.1:1")
    assert answer.returncode == 1
    assert answer.stdout.count("does not answer") == 2
    assert "hush" not in answer.stdout + answer.stderr
