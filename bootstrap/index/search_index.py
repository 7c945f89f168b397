"""The search index: a tantivy index of all products, built in a folder of its own and handed on as its files."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from online_models.schema.product import Category, Product
from online_models.schema.search_terms import FIELDS, PLACE, fields_of

MEMORY = 64_000_000
_REPORT_EVERY = 1_000

Advance = Callable[[int], None]


def build_search_index(
    products: Sequence[Product], categories: Sequence[Category], advance: Advance = lambda _: None
) -> Mapping[str, bytes]:
    """Index the products, best sellers first, and return the index's files by name."""
    names = {category.slug: category.name for category in categories}
    with TemporaryDirectory(prefix="riverfront-search-") as folder:
        # One thread writes one segment, in the order of the products.
        writer = tantivy.Index(_schema(), folder).writer(MEMORY, 1)
        for position, product in enumerate(products):
            document = tantivy.Document(**fields_of(product, names.get(product.category, product.category)))
            document.add_integer(PLACE, position)
            writer.add_document(document)
            if (position + 1) % _REPORT_EVERY == 0:
                advance(_REPORT_EVERY)
        writer.commit()
        writer.wait_merging_threads()
        advance(len(products) % _REPORT_EVERY)
        return {
            path.name: path.read_bytes()
            for path in sorted(Path(folder).iterdir())
            if path.is_file() and path.suffix != ".lock"
        }


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name, (tokenizer, kept) in FIELDS.items():
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option=kept)
    builder.add_integer_field(PLACE, fast=True)
    return builder.build()
