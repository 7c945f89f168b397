"""What a child is told of its parent's environment: what any program may need, and nothing that may be a secret."""

from collections.abc import Iterable, Mapping

NAMES = frozenset(
    {
        "HOME",
        "JAVA_HOME",
        "JAVA_TOOL_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "LANG",
        "LANGUAGE",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "LOGNAME",
        "NO_COLOR",
        "PATH",
        "PWD",
        "SHELL",
        "TEMP",
        "TERM",
        "TMP",
        "TMPDIR",
        "TZ",
        "USER",
        "VIRTUAL_ENV",
        "XDG_CACHE_HOME",
        "XDG_RUNTIME_DIR",
    }
)
PREFIXES = (
    "COVERAGE_",
    "COV_CORE_",
    "DYLD_",
    "LC_",
    "MALLOC_",
    "MKL_",
    "NUMBA_",
    "OMP_",
    "OPENBLAS_",
    "PYTHON",
    "SSL_CERT_",
)


def inherited(
    environment: Mapping[str, str], names: Iterable[str] = (), prefixes: tuple[str, ...] = ()
) -> dict[str, str]:
    """Return what every child inherits, and further variables by their names or by how they begin.

    Examples
    --------
    >>> inherited({"PATH": "/bin", "LC_ALL": "C", "SMTP_PASSWORD": "hush", "OWN": "1"}, names={"OWN"})
    {'PATH': '/bin', 'LC_ALL': 'C', 'OWN': '1'}
    """
    wanted, begins = NAMES.union(names), PREFIXES + prefixes
    return {name: value for name, value in environment.items() if name in wanted or name.startswith(begins)}
