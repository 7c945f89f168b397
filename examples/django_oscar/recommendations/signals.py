"""What the shop's server knows best, told to Riverfront once its transaction is done: baskets, orders, products.

Views, and what is done in the lists, riverfront.js tells.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from oscar.apps.basket.signals import basket_addition
from oscar.apps.order.signals import order_placed
from oscar.core.loading import get_model

from recommendations.items import fields_of, item_id
from recommendations.outgoing import outgoing
from recommendations.visitors import SESSION_KEY, account, visitor_of

Product, StockRecord = get_model("catalogue", "Product"), get_model("partner", "StockRecord")
PENNIES = 100


def added(product: Any, request: Any, **_: Any) -> None:
    """Tell that a product was put into the basket."""
    tell("cart_item_added", visitor_of(request), item=item_id(product), quantity=1)


def ordered(order: Any, user: Any, request: Any = None, **_: Any) -> None:
    """Tell each line of an order."""
    visitor = account(user.pk) if user else visitor_of(request)
    for line in order.lines.all():
        if line.product:
            bought = {"item": item_id(line.product), "quantity": line.quantity, "order": order.number}
            tell("item_purchased", visitor, price=round(line.unit_price_incl_tax * PENNIES), **bought)


def signed_in(user: Any, request: Any, **_: Any) -> None:
    """Tell that an anonymous visitor is an account."""
    before = request.session.pop(SESSION_KEY, None)
    if before:
        tell("visitor_identified", before, account=account(user.pk))


def product_changed(instance: Any, **_: Any) -> None:
    """Tell what a product, or its parent, is now."""
    product = instance.parent if instance.parent_id else instance
    transaction.on_commit(lambda: outgoing.item(item_id(product), fields_of(product)))


def stock_changed(instance: Any, **_: Any) -> None:
    """Tell price and stock."""
    product_changed(Product.objects.get(pk=instance.product_id))


def product_deleted(instance: Any, **_: Any) -> None:
    """Tell that a product is gone."""
    if not instance.parent_id:
        item = item_id(instance)
        transaction.on_commit(lambda: outgoing.item(item, None))


def tell(kind: str, visitor: str, **fields: Any) -> None:
    """Send an event when the transaction is done: what is rolled back never happened."""
    transaction.on_commit(lambda: outgoing.event(kind, visitor, **fields))


def connect() -> None:
    """Listen to the shop."""
    basket_addition.connect(added)
    order_placed.connect(ordered)
    user_logged_in.connect(signed_in)
    post_save.connect(product_changed, sender=Product)
    post_save.connect(stock_changed, sender=StockRecord)
    post_delete.connect(product_deleted, sender=Product)
