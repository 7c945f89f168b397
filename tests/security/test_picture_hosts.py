"""A catalog whose pictures would send browsers, or whoever reads the report, to addresses inside a network."""

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from connections.environment import InvalidSetting
from connections.picture_hosts import InvalidPicture, allowed_hosts, check_picture, missing_hosts
from storefront.settings import read_settings
from tests.security.account_pages import a_running_shop
from tests.storefront.running_shop import DEADLINE

INSIDE = [
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0xa9.0xfe.0xa9.0xfe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://169.254.169.254./",
    "http://169\u3002254\u3002169\u3002254/",
    "http://\uff11\uff16\uff19.254.169.254/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://[::1]/",
    "http://127.0.0.1:8000/",
    "http://127.1/",
    "http://0/",
    "http://10.0.0.1/",
    "http://192.168.1.1/admin",
    "http://172.16.0.1/",
    "http://100.64.0.1/",
    "http://localhost/",
    "http://LOCALHOST:6379/",
    "http://shop.localhost/",
    "http://metadata.google.internal/",
    "http://router.lan/",
    "http://printer.local/",
    "http://intranet/",
    "http://user@169.254.169.254/",
    "http://cdn.example.com@169.254.169.254/",
    "http://cdn.example.com\\@169.254.169.254/",
    "http://169.254.169.254\\.cdn.example.com/",
    "http://169%2e254.169.254/",
    "http:///169.254.169.254/",
    "http://cdn.example.com:99999/",
    "/\\169.254.169.254/",
]


@pytest.mark.parametrize("address", INSIDE, ids=ascii)
def test_no_picture_is_at_an_address_inside_a_network_however_it_is_written(address: str) -> None:
    with pytest.raises(InvalidPicture):
        check_picture(address)
    assert missing_hosts([address], ()) == ()


@pytest.mark.parametrize("address", ["https://cdn.example.com/a.jpg", "https://8.8.8.8/a.jpg", "/pictures/a.svg"])
def test_pictures_on_public_hosts_and_on_the_shops_own_are_fine(address: str) -> None:
    check_picture(address)


@pytest.mark.parametrize("host", ["169.254.169.254", "localhost", "*", "https:", "cdn.example.com/x", "*.example.com"])
def test_a_setting_names_public_hosts_alone(host: str) -> None:
    with pytest.raises(InvalidSetting, match="RIVERFRONT_PICTURE_HOSTS"):
        read_settings({"RIVERFRONT_DEMO": "1", "RIVERFRONT_PICTURE_HOSTS": host})


def test_a_host_that_the_settings_do_not_name_is_told() -> None:
    pictures = ["https://cdn.example.com/a", "https://eu.cdn.example.com/b", "https://other.example:8443/c", "/d"]
    assert missing_hosts(pictures, allowed_hosts([".cdn.example.com"])) == ("cdn.example.com", "other.example:8443")
    assert missing_hosts(pictures, allowed_hosts(["cdn.example.com", ".cdn.example.com", "other.example:8443"])) == ()


@pytest.mark.integration
@pytest.mark.parametrize(
    ("hosts", "sources"),
    [("", "'self' data:"), ("cdn.example.com,.x.example", "'self' data: https://cdn.example.com https://*.x.example")],
)
def test_browsers_show_pictures_of_the_shop_and_of_the_hosts_that_it_names(
    redis_url: str, tmp_path: Path, hosts: str, sources: str
) -> None:
    with (
        a_running_shop(tmp_path, redis_url, PICTURE_HOSTS=hosts) as shop,
        urllib.request.urlopen(shop.address, timeout=DEADLINE) as answer,
    ):
        header = str(answer.headers["Content-Security-Policy"])
    assert re.search(r"img-src ([^;]*);", header).group(1) == sources  # type: ignore[union-attr]


@pytest.mark.integration
def test_a_bootstrap_refuses_them_says_which_hosts_are_needed_and_its_report_fetches_nothing(
    empty_redis: str, tmp_path: Path
) -> None:
    rows = [f'good{number},Mug {number},1,"https://cdn.example.com/{number}.jpg"' for number in range(40)]
    rows += [f'bad{number},Mug,1,"{address}"' for number, address in enumerate(INSIDE) if "\\" not in address]
    catalog = tmp_path / "products.csv"
    catalog.write_text("\n".join(["id,name,price,image", *rows]) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bootstrap", "--catalog", str(catalog), "--no-history"],
        env=os.environ | {"RIVERFRONT_HOME": str(tmp_path), "RIVERFRONT_REDIS": empty_redis, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rows) - 40} bad rows in products.csv" in done.stdout
    assert "RIVERFRONT_PICTURE_HOSTS=cdn.example.com" in done.stdout
    report = (tmp_path / "bootstrap" / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in report
    assert not re.search(r'(src|href)="(?!#)', report)
    assert "//cdn.example.com/0.jpg" not in report
