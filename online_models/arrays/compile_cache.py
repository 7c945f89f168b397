"""Where compiled code is cached: under a digest of its module and of all modules that this one imports.

The compiler's own cache looks at the module's source alone. It would run a loop that another module has changed since,
and fail on types that another module has renamed. Its documented setting ``NUMBA_CACHE_LOCATOR_CLASSES`` names the
classes below instead, which differ from its own in the names of files, and remove the files of earlier sources.
"""

import re
from functools import cache
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile
from types import FunctionType

from numba.core.caching import InTreeCacheLocator, UserProvidedCacheLocator, UserWideCacheLocator

_IMPORTED = re.compile(rb"^(?:from|import) ([\w.]+)", re.MULTILINE)


@cache
def digest_of(path: str, root: str) -> str:
    """Return a digest of a module's source and of those it imports, directly or not, as far as they lie in ``root``."""
    modules, unread = {path}, [path]
    while unread:
        imported = _read(unread.pop(), root)[1] - modules
        modules |= imported
        unread += imported
    return blake2b(b"".join(sorted(_read(module, root)[0] for module in modules)), digest_size=8).hexdigest()


@cache
def _read(path: str, root: str) -> tuple[bytes, frozenset[str]]:
    """Return a module's digest and which modules it imports: of a package, all."""
    source = Path(path).read_bytes()
    names = set(_IMPORTED.findall(source))
    imported = (module for name in names for module in _modules(name.decode(), root))
    return blake2b(source, digest_size=16).digest(), frozenset(imported)


@cache
def _modules(name: str, root: str) -> list[str]:
    """Return the files of a module or of a package's modules; nothing for what does not lie in ``root``."""
    path = Path(root, *name.split("."))
    if path.is_dir():
        return [str(module) for module in path.glob("*.py")]
    module = path.with_suffix(".py")
    return [str(module)] if module.is_file() else []


@cache
def _prepare(folder: str, module: str, digest: str) -> None:
    """Remove what was compiled from earlier sources of a module. Raises `OSError` if the folder is not writable."""
    for name in _writable(folder):
        if name.startswith(f"{module}.") and name.endswith((".nbi", ".nbc")) and f"-{digest}.py" not in name:
            Path(folder, name).unlink(missing_ok=True)


@cache
def _writable(folder: str) -> list[str]:
    """Make a folder, and return the names in it. Raises `OSError` if it is not writable."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    TemporaryFile(dir=folder).close()
    return [file.name for file in Path(folder).iterdir()]


class _OfSources:
    """A cache locator whose files are named by the digest of the sources."""

    def __init__(self, py_func: FunctionType, py_file: str) -> None:
        super().__init__(py_func, py_file)  # type: ignore[call-arg]
        self._digest, self._stem = _digest_and_stem(py_file, py_func.__module__)

    def get_source_stamp(self) -> str:
        return self._digest

    def get_disambiguator(self) -> str:
        return f"{super().get_disambiguator()}-{self._digest}"  # type: ignore[misc]

    def ensure_cache_path(self) -> None:
        _prepare(self.get_cache_path(), self._stem, self._digest)  # type: ignore[attr-defined]


@cache
def _digest_and_stem(py_file: str, module: str) -> tuple[str, str]:
    path = Path(py_file)
    return digest_of(py_file, str(path.parents[module.count(".")])), path.stem


class InTree(_OfSources, InTreeCacheLocator):
    """Beside the module."""


class UserProvided(_OfSources, UserProvidedCacheLocator):
    """In the folder that ``NUMBA_CACHE_DIR`` names."""


class UserWide(_OfSources, UserWideCacheLocator):
    """In the user's cache, where the module's folder cannot be written to."""


LOCATORS = ",".join(f"{__name__}.{kind.__name__}" for kind in (UserProvided, InTree, UserWide))
"""The compiler's setting: the first of these that can write is taken."""
