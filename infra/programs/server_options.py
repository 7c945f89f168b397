"""Whether a server runs with the options that it was started with: some versions ignore what they cannot read."""

from collections.abc import Mapping

from infra.errors import CannotRun


class OptionIgnored(CannotRun):
    """A server runs with another value than it was asked to. The message names option, asked and got."""


class OptionsUnknown(CannotRun):
    """A server that answered a moment ago does not tell its options. The message says why."""


def require_options(server: str, asked: Mapping[str, str], got: Mapping[str, str | None]) -> None:
    """Compare what a server says with what was asked of it. Raises `OptionIgnored` with every difference."""
    wrong = [
        f"    {name}: asked for {value!r}, got {got.get(name)!r}"
        for name, value in asked.items()
        if got.get(name) != value
    ]
    if wrong:
        raise OptionIgnored("\n".join([f"{server} does not run with the options that it was started with:", *wrong]))
