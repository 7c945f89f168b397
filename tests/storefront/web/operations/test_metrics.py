import msgspec
import pytest
from flask import Flask
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from online_models.schema.messages import LearnerStatus, MemberQuality, ModelQuality, OpsStats, Percentiles
from storefront.events.receipt import Refusal
from storefront.settings import StorefrontSettings
from storefront.web.operations.metrics_registry import KINDS
from tests.storefront.accounts.people import ANN, ANOTHER, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def settings(settings: StorefrontSettings) -> StorefrontSettings:
    return replace(settings, ops_open=True)


def read(client: BrowserClient) -> Samples:
    text = client.get("/metrics").get_data(as_text=True)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((f"riverfront_{name}", frozenset(labels.items())))


def test_requests_are_counted_by_route_and_not_by_address(client: BrowserClient) -> None:
    for path in ("/products/mug", "/products/bag", "/products/none", "/nowhere", "/else/where"):
        client.get(path)
    client.open("/", method="BREW")
    samples = read(client)
    route = "/products/<item>"
    assert value(samples, "request_seconds_count", route=route, method="GET", status="2xx") == 2
    assert value(samples, "request_seconds_count", route=route, method="GET", status="4xx") == 1
    assert value(samples, "request_seconds_count", route="none", method="GET", status="4xx") == 2
    assert value(samples, "request_seconds_count", route="none", method="other", status="4xx") == 1


def test_events_are_counted_by_kind_and_reason_whatever_browsers_make_up(client: BrowserClient) -> None:
    client.get("/")
    reports: list[dict[str, object]] = [{"kind": "item_viewed", "item": "mug"}] * 2
    reports += [{"kind": f"made_up_{number}"} for number in range(20)]
    reports += [{"kind": "item_rated", "item": "mug", "stars": 9}, {"kind": "item_viewed", "item": "none"}]
    reports += [{"kind": "item_viewed", "item": "mug", "account": "another's"}]
    client.post("/interactions", json={"events": reports})
    samples = read(client)
    assert value(samples, "events_accepted_total", kind="item_viewed") == 2
    assert value(samples, "events_refused_total", kind="other", reason="unknown_kind") == 20
    assert value(samples, "events_refused_total", kind="item_rated", reason="bad_value") == 1
    assert value(samples, "events_refused_total", kind="item_viewed", reason="unknown_item") == 1
    assert value(samples, "events_refused_total", kind="item_viewed", reason="other_account") == 1
    labels = [dict(labels) for (name, labels) in samples if name.startswith("riverfront_events")]
    assert {label["kind"] for label in labels} <= KINDS | {"other"}
    assert {label.get("reason") for label in labels} <= {*(refusal.label for refusal in Refusal), None}


def test_outcomes_of_sign_ins_are_counted(app: Flask, client: BrowserClient) -> None:
    browser_of(app).submit("/account/sign-up", {"email": ANN, "password": PASSWORD})
    for password in (ANOTHER, PASSWORD):
        client.submit("/account/sign-in", {"email": ANN, "password": password})
    samples = read(client)
    assert value(samples, "sign_ins_total", outcome="failed") == 1
    assert value(samples, "sign_ins_total", outcome="succeeded") == 1


def test_the_state_of_the_servers_is_that_of_the_moment(
    client: BrowserClient, reader: MemoryServingReader, publisher: MemoryEventPublisher
) -> None:
    samples = read(client)
    assert [value(samples, "up", server=server) for server in ("redis", "kafka", "database")] == [1, 1, 1]
    assert value(samples, "sockets") == 0
    assert value(samples, "spool_bytes") == 0
    assert value(samples, "catalogue_products") == 6
    reader.up = publisher.up = False
    samples = read(client)
    assert [value(samples, "up", server=server) for server in ("redis", "kafka", "database")] == [0, 0, 1]


def test_what_the_monitor_saw_last_is_told_in_seconds(client: BrowserClient, reader: MemoryServingReader) -> None:
    quality = ModelQuality(asked=10, hybrid=MemberQuality(member="hybrid", hit_rate=0.25, mrr=0.1, answered=1.0))
    learner = LearnerStatus(
        at=1.0, started_at=0.0, learned=1, learned_per_second=1.0, ranked=1, pushed=1, dead_letters=0, duplicates=0,
        expired=3, postponed=0, items=1, visitors=1, memory_bytes=1_000,
        learn_us=Percentiles(count=9, p50=50, p90=90, p99=99),
        request_us=Percentiles(count=9, p50=900, p90=950, p99=990),
        quality=quality,
    )  # fmt: skip
    stats = OpsStats(
        at=1.0,
        events_per_second={"item_viewed": 4.0, "made_up": 1.0, "also_made_up": 2.0},
        simulated_per_second=0.0,
        totals={},
        lag=(),
        total_lag=7,
        click_to_drawn_ms=Percentiles(count=5, p50=8.0, p90=12.0, p99=30.0),
        learner=learner,
    )
    reader.ops_history = [msgspec.json.encode(stats)]
    samples = read(client)
    assert value(samples, "click_to_drawn_seconds", quantile="0.99") == pytest.approx(0.03)
    assert value(samples, "learn_seconds", quantile="0.5") == pytest.approx(50e-6)
    assert value(samples, "rank_seconds", quantile="0.5") is None
    assert value(samples, "made_list_seconds", quantile="0.9") == pytest.approx(950e-6)
    assert value(samples, "learner_lag_events") == 7
    assert value(samples, "hit_rate") == 0.25
    assert value(samples, "expired_events") == 3
    assert value(samples, "shop_events_per_second", kind="item_viewed") == 4
    assert value(samples, "shop_events_per_second", kind="other") == 3


@pytest.mark.parametrize("payload", [b"", b"{", b'{"at": "soon"}'])
def test_without_the_monitor_its_figures_are_absent(
    client: BrowserClient, reader: MemoryServingReader, payload: bytes
) -> None:
    reader.ops_history = [payload]
    assert value(read(client), "learner_lag_events") is None


def test_an_application_has_figures_of_its_own(app: Flask, client: BrowserClient) -> None:
    client.get("/")
    assert value(read(client), "request_seconds_count", route="/", method="GET", status="2xx") == 1
