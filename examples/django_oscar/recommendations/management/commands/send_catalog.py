"""``manage.py send_catalog``: sends all products, as at the beginning, or after Riverfront was away for long."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand

from recommendations.items import fields_of, item_id, shown_products
from recommendations.outgoing import LARGEST_BATCH, change_of, connect, send


class Command(BaseCommand):
    """Sends all products, in batches."""

    help = "Send all products to Riverfront."

    def handle(self, *_: Any, **__: Any) -> None:
        """Send them."""
        changes = (
            change_of(item_id(product), fields)
            for product in shown_products().iterator(chunk_size=LARGEST_BATCH)
            if (fields := fields_of(product)) is not None
        )
        sent = 0
        with connect() as riverfront:
            while batch := list(islice(changes, LARGEST_BATCH)):
                send(riverfront, "items", batch)
                sent += len(batch)
        self.stdout.write(f"Sent {sent} products.")
