"""The columns and the index that search uses; those of a new version are loaded in the background."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from storefront.search.index.columns import Columns, build_columns
from storefront.search.index.index_folder import IndexFolder, UnusableIndex
from storefront.search.index.live_text import LiveText, LiveTexts
from storefront.search.index.text_index import Found, TextIndex, empty_index, open_index
from storefront.search.index.title_scan import TitleScan
from storefront.search.index.word_vectors import WordVectors, read_word_vectors
from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import ServingReader

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 10.0

Start = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class IndexedCatalog:
    """One version, ready to be searched: by words, and by meaning where it has word vectors."""

    catalog: ShopCatalog
    columns: Columns
    text: TextIndex | LiveText | TitleScan
    vectors: WordVectors | None = None

    def find_near(self, terms: Sequence[str]) -> Found:
        """Find products that are near in meaning. New and reworded ones have no vectors yet."""
        if self.vectors is None:
            return Found()
        found = self.vectors.find(terms)
        if not isinstance(self.text, LiveText) or not len(found.docs):
            return found
        is_current = self.text.is_current[found.docs]
        return Found(found.docs[is_current], found.scores[is_current])


def start_aside(task: Callable[[], None]) -> None:
    """Run a task in the background: a greenlet under gevent, else a thread."""
    threading.Thread(target=task, name="search-index", daemon=True).start()


class IndexHolder:
    """Holds the index in use. While that of a new version is loaded, the previous one serves."""

    def __init__(self, reader: ServingReader, folder: Path, start: Start = start_aside) -> None:
        self._reader = reader
        self._folder = IndexFolder(folder)
        self._start = start
        self._plain: IndexedCatalog | None = None
        self._indexed: IndexedCatalog | None = None
        self._busy_with = ""
        self._tried: tuple[str, float] = ("", float("-inf"))
        self._live = LiveTexts()

    def browse(self) -> IndexedCatalog:
        """Return the present version, enough to filter, count and sort."""
        catalog = self._reader.read_catalog()
        if self._indexed is not None and self._indexed.catalog is catalog:
            return self._indexed
        if self._indexed is not None and self._indexed.catalog.version == catalog.version:
            self._indexed = self._changed(self._indexed, catalog)
            return self._indexed
        if self._plain is None or self._plain.catalog is not catalog:
            columns = build_columns(catalog)
            self._plain = IndexedCatalog(catalog, columns, TitleScan(columns))
        return self._plain

    def search(self) -> IndexedCatalog:
        """Return what answers searches now: the index of this version, of the previous one, or a scan of all titles."""
        self.prepare()
        present = self.browse()
        if isinstance(present.text, TitleScan) and self._indexed is not None and self._busy_with:
            return self._indexed
        return present

    def prepare(self) -> None:
        """Start loading the index of this version, unless it is loaded or loading. Does not wait."""
        catalog = self._reader.read_catalog()
        version = catalog.version
        if not version or self._busy_with or (self._indexed and self._indexed.catalog.version == version):
            return
        tried, at = self._tried
        now = time.monotonic()
        if tried == version and now - at < TRY_AGAIN_SECONDS:
            return
        self._tried = (version, now)
        self._busy_with = version
        self._start(lambda: self._load(catalog))

    def _load(self, catalog: ShopCatalog) -> None:
        try:
            index = self._open(catalog.version)
            columns = self.browse().columns if self._is_present(catalog) else build_columns(catalog)
            if index is None:
                if columns.is_whole and not columns.published:
                    text = self._live.lay_over(empty_index(), columns, catalog)
                    self._indexed = IndexedCatalog(catalog, columns, text)
                return
            path, text = index
            if not columns.is_whole or text.size != columns.published:
                raise UnusableIndex(f"an index of {text.size} products for {columns.published}")
            vectors = self._vectors(path, columns.published)
            self._indexed = IndexedCatalog(catalog, columns, self._live.lay_over(text, columns, catalog), vectors)
            self._folder.keep_only(catalog.version)
        except (OSError, ValueError) as error:
            log.warning("Search does without the index of %s: %s", catalog.version, error)
        finally:
            self._busy_with = ""

    def _changed(self, indexed: IndexedCatalog, catalog: ShopCatalog) -> IndexedCatalog:
        """Return the index of a version with what has changed since."""
        columns, text = build_columns(catalog), indexed.text
        if isinstance(text, LiveText):
            text = text.published
        if isinstance(text, TextIndex):
            text = self._live.lay_over(text, columns, catalog)
        return IndexedCatalog(catalog, columns, text, indexed.vectors)

    def _is_present(self, catalog: ShopCatalog) -> bool:
        return self._plain is not None and self._plain.catalog is catalog

    def _open(self, version: str) -> tuple[Path, TextIndex] | None:
        """Return the folder of a version's index, and the index; None if it was published without one."""
        path = self._folder.find(version)
        if path is not None:
            try:
                return path, open_index(path)
            except ValueError:
                self._folder.drop(version)
        files = self._reader.read_search_index(version)
        if not files:
            return None
        path = self._folder.unpack(version, files)
        return path, open_index(path)

    def _vectors(self, path: Path, products: int) -> WordVectors | None:
        try:
            return read_word_vectors(path, products)
        except UnusableIndex as error:
            log.warning("Search does without the word vectors in %s: %s", path, error)
            return None
