"""What Riverfront is told of the shop's products."""

from django.db.models import QuerySet
from oscar.core.loading import get_class, get_model

Product = get_model("catalogue", "Product")
Selector = get_class("partner.strategy", "Selector")


def item_id(product: object) -> str:
    """Return a product's id at Riverfront: of its variants the parent's."""
    return str(product.parent_id or product.pk)


def shown_products() -> QuerySet:
    """Return the products that have a page of their own."""
    return Product.objects.browsable().prefetch_related("categories", "stockrecords")


def fields_of(product: object) -> dict[str, object] | None:
    """Return a product as Riverfront takes it; None for what is not shown or has no price."""
    strategy = Selector().strategy()
    info = strategy.fetch_for_parent(product) if product.is_parent else strategy.fetch_for_product(product)
    if not product.is_public or not info.price.exists:
        return None
    categories = [category.full_name for category in product.get_categories().all()[:1]]
    return {
        "title": product.get_title(),
        "description": product.description,
        "price": f"{info.price.incl_tax if info.price.is_tax_known else info.price.excl_tax} {info.price.currency}",
        "category": categories[0] if categories else "Everything",
        "availability": "in_stock" if info.availability.is_available_to_buy else "out_of_stock",
    }
