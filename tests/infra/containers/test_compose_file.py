"""docker-compose.yml, read as Compose reads it: no container has more than it needs, and no password stands in it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
SERVERS = ("kafka", "redis", "postgres")

every_service = pytest.mark.parametrize("name", SERVICES)


@every_service
def test_a_container_gains_no_rights_and_fills_nothing(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    assert 0 < service["pids_limit"] <= 512
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert {"max-size", "max-file"} <= service["logging"]["options"].keys()
    assert service.get("user", "") not in {"root", "0"}


@every_service
def test_only_the_proxy_and_prometheus_are_reached_and_from_this_machine_alone(name: str) -> None:
    ports = SERVICES[name].get("ports", [])
    assert bool(ports) == (name in {"proxy", "prometheus"})
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_servers_are_in_a_network_that_leads_nowhere() -> None:
    assert FILE["networks"]["back"] == {"internal": True}
    for name in SERVERS:
        assert SERVICES[name]["networks"] == ["back"]
    in_front = [name for name, service in SERVICES.items() if "front" in service.get("networks", ())]
    assert in_front == ["proxy"]
    out = [name for name, service in SERVICES.items() if "out" in service.get("networks", ())]
    assert out == ["storefront"]


def test_no_password_stands_in_the_compose_file() -> None:
    for name, value in re.findall(r"([A-Z_]*(?:PASSWORD|SECRET|TOKEN)[A-Z_]*): (\S+)", TEXT):
        assert value == f"${{{name}:-}}" or value.startswith("/run/riverfront/"), name
    assert not re.search(r"://[^/\s]*:[^/\s]+@", TEXT)
    assert not re.search(r"[:=]\s*demo\b|:-demo", TEXT)


def test_the_operators_page_is_closed_unless_somebody_opens_it() -> None:
    assert SERVICES["storefront"]["environment"]["RIVERFRONT_OPS_OPEN"] == "${RIVERFRONT_OPS_OPEN:-0}"


@every_service
def test_a_container_sees_the_secrets_that_it_needs_and_cannot_change_them(name: str) -> None:
    mounted = {volume.split(":")[0]: volume for volume in SERVICES[name].get("volumes", []) if "-secrets:" in volume}
    wanted = {
        "secrets": {"kept", "shop", "storefront", "metrics", *SERVERS},
        "storefront": {"shop", "storefront", "metrics"},
        "proxy": set(),
        "prometheus": {"metrics"},
        **{server: {server} for server in SERVERS},
    }.get(name, {"shop"})
    assert {volume.removesuffix("-secrets") for volume in mounted} == wanted
    assert name == "secrets" or all(":ro" in volume for volume in mounted.values())


def test_nothing_starts_before_the_settings_were_checked() -> None:
    for name in SERVERS:
        assert SERVICES[name]["depends_on"] == {"secrets": {"condition": "service_completed_successfully"}}
    for name in SERVICES.keys() - {"secrets", "proxy", "prometheus", *SERVERS}:
        assert {"kafka", "redis"} <= SERVICES[name]["depends_on"].keys()


def test_the_image_takes_neither_history_nor_tests() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules[0] == "*", "nothing but what is named"
    named = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert not named & {".git", "tests", "benchmarks", "docs", ".env", "var", "."}
    dockerfile = (ROOT / "infra" / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER riverfront$", dockerfile, re.MULTILINE)
    assert not re.search(r"^(COPY|ADD) \.( |$)", dockerfile, re.MULTILINE)
