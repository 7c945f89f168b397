"""Settings: environment variables in, one frozen struct out.

Each process declares its settings as a struct of `EnvironmentSettings`. A field ``port`` is read from
``RIVERFRONT_PORT``, or from the file that a variable of that name and ``_FILE`` names; its type says what the variable
may hold, and its default what holds where it is unset or empty. Nothing here looks at the environment by itself: it is
passed in.
"""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec import Meta

from connections import redis_url

PREFIX = "RIVERFRONT_"

FILE = "_FILE"
MAX_FILE_LENGTH = 65_536

SECRET: dict[str, Any] = {"secret": True}
"""``Meta(extra=SECRET)``: the value is shown in no error and no ``repr``."""

Port = Annotated[int, Meta(ge=1, le=65_535, description="a port from 1 to 65535")]
KafkaServers = Annotated[
    str,
    Meta(pattern=r"\A[^,]+:\d+(,[^,]+:\d+)*\Z", description="host:port, or several of them separated by commas"),
]
RedisUrl = Annotated[
    str,
    Meta(
        pattern="^(redis|rediss|unix)://",
        description="a redis://, rediss:// or unix:// URL",
        extra={"problem": redis_url.problem_of},
    ),
]
TrustedProxies = Annotated[int, Meta(ge=0, le=10, description="a whole number from 0 to 10")]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]

DEFAULT_HOME = Path("var")
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000
DEFAULT_KAFKA = "localhost:9092"
DEFAULT_REDIS = "redis://localhost:6379/0"

_FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class InvalidSetting(ValueError):
    """An environment variable has a value that cannot be used. Correct it and start again."""


class EnvironmentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What all structs of settings have in common: a ``repr`` that can be logged."""

    def __repr__(self) -> str:
        shown = (
            f"{field.name}={without_password(repr(getattr(self, field.name)))}"
            for field in msgspec.structs.fields(self)
            if not _is_secret(field.type)
        )
        return f"{type(self).__name__}({', '.join(shown)})"


_Settings = TypeVar("_Settings", bound=EnvironmentSettings)


def read_environment(settings: type[_Settings], environment: Mapping[str, str]) -> _Settings:
    """Read a struct of settings.

    Raises
    ------
    InvalidSetting
        If a variable holds what its field cannot. The message names the variable, what is wrong and what to do.
    """
    given: dict[str, Any] = {}
    for field in msgspec.structs.fields(settings):
        text = read_variable(variable(field.name), environment)
        if text:
            try:
                given[field.name] = _value(text, field.type)
            except (ValueError, msgspec.ValidationError):
                raise InvalidSetting(_complaint(field, text)) from None
            if problem := _problem(field.type, text):
                raise InvalidSetting(f"{variable(field.name)} cannot be used: {problem}.")
    return settings(**given)


def read_variable(name: str, environment: Mapping[str, str]) -> str:
    """Return what a variable holds, else what the file holds that a variable of its name and ``_FILE`` names.

    Raises `InvalidSetting` if the file cannot be read.
    """
    text, file = environment.get(name, "").strip(), environment.get(name + FILE, "").strip()
    if text or not file:
        return text
    try:
        with Path(file).open(encoding="utf-8") as opened:
            text = opened.read(MAX_FILE_LENGTH + 1).strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InvalidSetting(f"{name}{FILE} names {file}, which cannot be read: {why}.") from None
    if not 0 < len(text) <= MAX_FILE_LENGTH:
        raise InvalidSetting(f"{name}{FILE} names {file}, which must hold one to {MAX_FILE_LENGTH} characters.")
    return text


def variable(field: str) -> str:
    """Return the environment variable of a field.

    Examples
    --------
    >>> variable("log_level")
    'RIVERFRONT_LOG_LEVEL'
    """
    return PREFIX + field.upper()


def variables(settings: type[EnvironmentSettings]) -> frozenset[str]:
    """Return the environment variables that a struct of settings is read from."""
    return frozenset(variable(field.name) for field in msgspec.structs.fields(settings))


def without_password(url: str) -> str:
    """Return a URL as it may be shown: without the name and passwords that it may hold.

    Examples
    --------
    >>> without_password("redis://shop:secret@cache:6379/0")
    'redis://***@cache:6379/0'
    >>> without_password("unix:///run/redis.sock?username=shop&password=secret")
    'unix:///run/redis.sock?username=shop&password=***'
    """
    return re.sub(r"(password=)[^&'\"\s]*", r"\1***", re.sub(r"[^/]*@", "***@", url))


def _value(text: str, kind: Any) -> Any:
    if bool in _parts(kind):
        if text.lower() not in _FLAGS:
            raise ValueError(text)
        return _FLAGS[text.lower()]
    if any(get_origin(part) is tuple for part in _parts(kind)):
        return tuple(word.strip() for word in text.split(",") if word.strip())
    if choices := _choices(kind):
        text = next((choice for choice in choices if choice.lower() == text.lower()), text)
    return msgspec.convert(text, kind, strict=False, dec_hook=_path)


def _path(kind: type, text: str) -> Path:
    if kind is not Path:  # A mistake in a settings class, not in what its user wrote.
        raise TypeError(f"no setting can be a {kind.__name__}")
    return Path(text).expanduser()


def _complaint(field: msgspec.structs.FieldInfo, text: str) -> str:
    choices = ("1", "0") if bool in _parts(field.type) else _choices(field.type)
    wanted = _meta(field.type).description or " or ".join((", ".join(choices[:-1]), *choices[-1:]))
    shown = "" if _is_secret(field.type) else f", not {without_password(text)!r}"
    has_default = isinstance(field.default, str | int | float) and str(field.default) and choices != ("1", "0")
    unset = f" for {field.default}" if has_default else ""
    return f"{variable(field.name)} must be {wanted}{shown}. Correct it, or leave it unset{unset}."


def _choices(kind: Any) -> tuple[str, ...]:
    for part in _parts(kind):
        if isinstance(part, type) and issubclass(part, Enum):
            return tuple(str(choice.value) for choice in part)
        if get_origin(part) is Literal:
            return get_args(part)
    return ()


def _meta(kind: Any) -> Meta:
    return next((part for part in _parts(kind) if isinstance(part, Meta)), Meta())


def _problem(kind: Any, text: str) -> str:
    """Return what a closer look at a value finds, where its type asks for one."""
    look = (_meta(kind).extra or {}).get("problem")
    return str(look(text)) if look else ""


def _is_secret(kind: Any) -> bool:
    return bool((_meta(kind).extra or {}).get("secret"))


def _parts(kind: Any) -> Iterator[Any]:
    """Yield a type and all that it is made of: ``int | None`` is made of `int` and `None`."""
    yield kind
    if get_origin(kind) is Annotated:
        yield from kind.__metadata__
    for part in get_args(kind):
        yield from _parts(part)
