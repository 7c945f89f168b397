"""Building the catalog: listings get tags, a category, a picture of their own and their nearest neighbors."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from bootstrap.built_catalog import BuiltCatalog
from bootstrap.enrich.icons import IconChooser
from bootstrap.enrich.phrases import words_of
from bootstrap.enrich.pictures import Artwork, picture_name
from bootstrap.enrich.tags import OTHER, Tagger, Tags, demo_tagger
from bootstrap.index.content_index import Document, nearest_items
from bootstrap.read.shop import ProductListing
from bootstrap.variants import distinct_titles
from online_models.schema.events import ItemId
from online_models.schema.keyspace import picture_path
from online_models.schema.product import Category, Product

MOST_CATEGORIES = 40
"""A catalog's smaller categories beyond this many become one."""

MOST_TAGS = 24
_TAG_LENGTH = 40

Advance = Callable[[int], None]


def tag_listings(listings: Sequence[ProductListing], tagger: Tagger, advance: Advance = lambda _: None) -> list[Tags]:
    """Read the tags of every listing."""
    kept = _largest_categories(listings)
    tags = []
    for listing in listings:
        extra = f"{listing.words} {listing.description}"
        category = kept.get(listing.category or "", OTHER) if listing.category else None
        tags.append(tagger.tag(listing.title, extra=extra, category=category))
        advance(1)
    return tags


def draw_pictures(
    listings: Sequence[ProductListing],
    tags: Sequence[Tags],
    chooser: IconChooser,
    artwork: Artwork,
    advance: Advance = lambda _: None,
) -> tuple[dict[str, str], dict[str, str]]:
    """Draw a tile for each listing without a picture; return the address by item, and the tiles by name."""
    addresses: dict[str, str] = {}
    pictures: dict[str, str] = {}
    for listing, tag_set in zip(listings, tags, strict=True):
        if listing.picture:
            addresses[listing.item] = listing.picture
        else:
            choice = chooser.choose(listing.title, (listing.words, listing.category or "", listing.description))
            picture = artwork.draw(listing.item, listing.title, choice, tag_set.colour)
            name = picture_name(picture)
            pictures[name] = picture
            addresses[listing.item] = picture_path(name)
        advance(1)
    return addresses, pictures


def index_listings(
    listings: Sequence[ProductListing], tags: Sequence[Tags], advance: Advance = lambda _: None
) -> dict[ItemId, tuple[tuple[ItemId, float], ...]]:
    """Find each listing's nearest by content."""
    documents = [
        Document(ItemId(listing.item), tuple(words_of(listing.title)), tag_set)
        for listing, tag_set in zip(listings, tags, strict=True)
    ]
    return dict(nearest_items(documents, advance))


def build_catalog(
    listings: Sequence[ProductListing],
    tags: Sequence[Tags],
    addresses: Mapping[str, str],
    pictures: Mapping[str, str],
    similar: Mapping[ItemId, tuple[tuple[ItemId, float], ...]],
    category_names: Mapping[str, str],
    currency: str,
    first_seen: Mapping[str, int] | None = None,
) -> BuiltCatalog:
    """Put the parts together. Listings come best sellers first, and so do the products."""
    since = first_seen or {}
    products = tuple(
        Product(
            item=ItemId(listing.item),
            title=title,
            price=listing.price,
            category=tag_set.category,
            currency=currency,
            tags=tuple(tag[:_TAG_LENGTH] for tag in tag_set.all[:MOST_TAGS]),
            colour=tag_set.colour,
            material=tag_set.material,
            theme=tag_set.theme,
            brand=listing.brand or None,
            description=listing.description,
            picture=addresses[listing.item],
            sold=listing.sold,
            since=since.get(listing.item, 0),
            pictures=listing.pictures,
            availability=listing.availability,
            delivery=listing.delivery,
            group=listing.group,
            variant=listing.variant,
        )
        for listing, tag_set, title in zip(listings, tags, distinct_titles(listings), strict=True)
    )
    own_names = {slug_of(listing.category): listing.category for listing in reversed(listings) if listing.category}
    return BuiltCatalog(products, _categories(products, {**own_names, **category_names}), similar, pictures)


def build_plain_catalog(listings: Sequence[ProductListing], currency: str) -> BuiltCatalog:
    """Build a catalog without pictures, as it is searched and compared: for measurements."""
    tagger = demo_tagger()
    tags = tag_listings(listings, tagger)
    no_pictures = dict.fromkeys((listing.item for listing in listings), "")
    similar = index_listings(listings, tags)
    return build_catalog(listings, tags, no_pictures, {}, similar, tagger.category_names, currency)


def slug_of(name: str) -> str:
    """Make a category's slug from its name.

    Examples
    --------
    >>> slug_of("Mugs & Tableware")
    'mugs-tableware'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64].strip("-") or OTHER


def _largest_categories(listings: Sequence[ProductListing]) -> dict[str, str]:
    """Map category names to slugs: the largest keep their own."""
    sizes = Counter(slug_of(listing.category) for listing in listings if listing.category)
    kept = {slug for slug, _ in sorted(sizes.items(), key=lambda size: (-size[1], size[0]))[:MOST_CATEGORIES]}
    names = {listing.category for listing in listings if listing.category}
    return {name: slug for name in names if (slug := slug_of(name)) in kept}


def _categories(products: Sequence[Product], names: Mapping[str, str]) -> tuple[Category, ...]:
    """List the categories that hold something: in the menu's order where one is given, others by size."""
    sizes = Counter(product.category for product in products)
    first: dict[str, Product] = {}
    for product in products:
        first.setdefault(product.category, product)
    menu = {slug: position for position, slug in enumerate(names)}
    slugs = sorted(sizes, key=lambda slug: (slug == OTHER, menu.get(slug, len(menu)), slug))
    return tuple(
        Category(slug=slug, name=names.get(slug, slug), size=sizes[slug], picture=first[slug].picture) for slug in slugs
    )
