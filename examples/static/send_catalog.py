"""Sends products.json to Riverfront with a server's key.

RIVERFRONT_KEY=rf_server_… python examples/static/send_catalog.py http://127.0.0.1:8000
"""

import json
import os
import sys
import urllib.request
from pathlib import Path


def send(address: str, key: str) -> None:
    """Write all products. Raises `OSError` where Riverfront does not take them."""
    products = json.loads(Path(__file__).with_name("products.json").read_text(encoding="utf-8"))
    changes = [
        {"item": product.pop("item"), "action": "upsert", "fields": product | {"currency": "GBP"}}
        for product in products
    ]
    request = urllib.request.Request(  # noqa: S310 - the address is the caller's own
        f"{address}/api/v1/items",
        json.dumps({"changes": changes}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
        results = json.load(answer)["results"]
    for result in results:
        if result["status"] != "written":
            raise OSError(f"Riverfront does not take {result}")
    print(f"Sent {len(results)} products.")  # noqa: T201 - a command says what it did


if __name__ == "__main__":
    send(sys.argv[1], os.environ["RIVERFRONT_KEY"])
