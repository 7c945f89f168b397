"""``manage.py load_products``: the wares of the example's shop."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from oscar.apps.catalogue.categories import create_from_breadcrumbs
from oscar.core.loading import get_model

Product, ProductClass = get_model("catalogue", "Product"), get_model("catalogue", "ProductClass")
Partner, StockRecord = get_model("partner", "Partner"), get_model("partner", "StockRecord")
WARES = settings.BASE / "products.json"


class Command(BaseCommand):
    """Fills an empty shop."""

    help = "Fill the shop with the example's products."

    @transaction.atomic
    def handle(self, *_: Any, **__: Any) -> None:
        """Make what is not there yet."""
        kind, _made = ProductClass.objects.get_or_create(name="Ware", defaults={"requires_shipping": True})
        partner, _made = Partner.objects.get_or_create(name="The house")
        for title, category, price, description in json.loads(WARES.read_text(encoding="utf-8")):
            product, is_new = Product.objects.get_or_create(
                title=title, defaults={"product_class": kind, "description": description}
            )
            if is_new:
                product.categories.add(create_from_breadcrumbs(category))
                StockRecord.objects.create(
                    product=product, partner=partner, partner_sku=title, price=price, num_in_stock=20
                )
        self.stdout.write(f"{Product.objects.count()} products in the shop")
