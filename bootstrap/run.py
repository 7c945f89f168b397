"""A whole bootstrap, stage by stage. The one place where its parts are put together."""

import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from bootstrap.built_catalog import BuiltCatalog, catalog_table
from bootstrap.catalog import build_catalog, draw_pictures, index_listings, tag_listings
from bootstrap.enrich.icons import demo_chooser, read_icons
from bootstrap.enrich.pictures import Artwork
from bootstrap.enrich.tags import demo_tagger
from bootstrap.index.search_index import build_search_index
from bootstrap.index.word_vectors import build_word_vectors
from bootstrap.options import BootstrapOptions, BootstrapResult
from bootstrap.progress import Stages
from bootstrap.publish.backfill import Backfill, HistoryLog
from bootstrap.publish.files import write_json, write_table, write_text
from bootstrap.publish.publish import publish_catalog
from bootstrap.read.own_shop import read_own_shop
from bootstrap.read.shop import ShopData, first_seen, read_demo_shop
from bootstrap.variants import tell_apart
from connections.catalog_archive import CatalogArchive
from connections.redis_client import connect


def run(options: BootstrapOptions, stages: Stages | None = None) -> BootstrapResult:
    """Read, clean, tag, draw, index, report, publish and back-fill.

    Raises
    ------
    BootstrapError
        If any of it fails. What was served before still is.
    """
    stages = stages or Stages()
    with stages.stage("Reading and cleaning"):
        shop = read_own_shop(options.files) if options.files else read_demo_shop()
        shop = replace(shop, listings=tell_apart(shop.listings))
    catalog = _build(shop, stages)
    report = _write_files(options, shop, catalog, stages)
    with stages.stage("Publishing to Redis", catalog.size) as advance:
        client = connect(options.settings.redis, 30.0, connect_timeout=5.0)
        try:
            archive = CatalogArchive(options.settings.catalog)
            publication = publish_catalog(client, catalog, time.time(), advance, archive)
        finally:
            client.close()
    backfill = _backfill(options, shop.history, stages)
    bad_rows_file = options.settings.folder / "cleaning.json"
    return BootstrapResult(
        shop,
        catalog,
        publication,
        backfill,
        bad_rows_file,
        stages.seconds,
        report,
        picture_hosts=options.settings.picture_hosts,
    )


def _build(shop: ShopData, stages: Stages) -> BuiltCatalog:
    count = len(shop.listings)
    tagger = demo_tagger()
    with stages.stage("Tags", count) as advance:
        tags = tag_listings(shop.listings, tagger, advance)
    with stages.stage("Pictures", count) as advance:
        artwork = Artwork(read_icons())
        addresses, pictures = draw_pictures(shop.listings, tags, demo_chooser(), artwork, advance)
    with stages.stage("Content index", count) as advance:
        similar = index_listings(shop.listings, tags, advance)
    names, since = tagger.category_names, first_seen(shop.history)
    catalog = build_catalog(shop.listings, tags, addresses, pictures, similar, names, shop.currency, since)
    with stages.stage("Search index", count) as advance:
        index = build_search_index(catalog.products, catalog.categories, advance)
    with stages.stage("Word vectors"):
        return replace(catalog, search={**index, **build_word_vectors(catalog.products)})


def _write_files(options: BootstrapOptions, shop: ShopData, catalog: BuiltCatalog, stages: Stages) -> Path | None:
    folder = options.settings.folder
    with stages.stage("Cleaned data"):
        write_table(folder / "history.parquet", shop.history)
        write_table(folder / "catalogue.parquet", catalog_table(catalog))
        write_json(
            folder / "cleaning.json",
            {
                "counts": shop.cleaning,
                "float_ids": shop.float_ids,
                "bad_rows": {name: [row._asdict() for row in rows] for name, rows in shop.bad_rows.items()},
            },
        )
    if not options.report:
        return None
    # Imported late: drawing the report costs time that a run without one need not spend.
    from bootstrap.report.report import build_report

    path = folder / "report.html"
    with stages.stage("Report"):
        write_text(path, build_report(shop, catalog))
    return path


def _backfill(options: BootstrapOptions, history: pd.DataFrame, stages: Stages) -> Backfill:
    if not options.backfill or history.empty:
        return Backfill(0, 0, 0.0)
    first = int(history["at"].searchsorted(options.since)) if options.since is not None else 0
    end = len(history) if options.limit is None else min(len(history), first + options.limit)
    with stages.stage("History to Kafka", end - first) as advance:
        log = HistoryLog(options.settings.cluster_at(options.settings.kafka))
        return log.backfill(history, first=first, end=end, again=options.again, advance=advance)
