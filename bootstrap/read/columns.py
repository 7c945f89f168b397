"""Which column of a file is which: as the user says, else by usual names, in any case."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from bootstrap.errors import UnusableFile

_LISTED = 40


def find_columns(
    names: Sequence[str],
    path: Path,
    usual: Mapping[str, Sequence[str]],
    mapped: Mapping[str, str],
    *,
    may_share: Collection[str] = (),
) -> dict[str, int]:
    """Return where each field stands among a file's columns.

    ``usual`` names the fields and what their columns are usually called; ``mapped`` is what the user says: a column's
    name, or its number. A column is several fields only if the user says so, or if the field is in ``may_share``.

    Raises
    ------
    UnusableFile
        If a mapping names a column that is not there, or a field that is not asked for.
    """
    for field in mapped:
        if field not in usual:
            raise UnusableFile(f"{path}: there is no column to map called {field!r}; there are {', '.join(usual)}.")
    indices = {field: _index_of(column, names, path) for field, column in mapped.items()}
    known = {plain(name): index for index, name in reversed(list(enumerate(names)))}
    taken = set(indices.values())
    for field, columns in usual.items():
        index = next((known[plain(column)] for column in columns if plain(column) in known), None)
        if field not in indices and index is not None and (index not in taken or field in may_share):
            indices[field] = index
            taken.add(index)
    return indices


def require_columns(
    indices: Mapping[str, int], fields: Iterable[str], names: Sequence[str], path: Path, advice: str
) -> None:
    """Check that fields were found.

    Raises
    ------
    UnusableFile
        If one was not: the message lists the file's columns, and says what to do, in words of ``advice``, in which
        ``{field}`` stands for the field.
    """
    for field in fields:
        if field not in indices:
            raise UnusableFile(
                f"{path} has no column for {field}; it has {_listed(names)}. {advice.format(field=field)}"
            )


def plain(name: str) -> str:
    """Return a column's name without case, signs, and the type that some files write after a colon.

    Examples
    --------
    >>> plain("User_ID:token")
    'userid'
    """
    return "".join(letter for letter in name.partition(":")[0].lower() if letter.isalnum())


def _index_of(column: str, names: Sequence[str], path: Path) -> int:
    exact = [index for index, name in enumerate(names) if name == column]
    alike = [index for index, name in enumerate(names) if plain(name) == plain(column)]
    if exact or alike:
        return (exact or alike)[0]
    if column.isdigit() and int(column) < len(names):
        return int(column)
    raise UnusableFile(f"{path} has no column {column!r}; it has {_listed(names)}.")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_LISTED]) + (" …" if len(names) > _LISTED else "")
