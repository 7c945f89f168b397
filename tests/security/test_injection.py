"""No text that somebody brings is run, parsed as a query, used as a pattern or fetched: the sources are read for it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVING = ("online_models", "connections", "consumers", "storefront")
"""The packages of the processes that strangers reach, or whose events they read."""
ALL = (*SERVING, "bootstrap", "infra")
SCRIPTS = sorted((ROOT / "storefront" / "static" / "js").glob("*.js"))

RUN = {("", "eval"), ("", "exec"), ("", "compile"), ("", "__import__"), ("os", "system"), ("os", "popen")}
TEMPLATES = {"from_string", "render_template_string"}
READ_UNSAFELY = {"pickle", "marshal", "shelve", "dill", "joblib", "yaml", "xml", "lxml", "telnetlib"}
FETCH = {"urllib.request", "http.client", "requests", "httpx", "urllib3", "aiohttp", "ftplib", "websocket"}


def trees(*packages: str) -> Iterator[tuple[Path, ast.AST]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, str, ast.Call]]:
    """Yield each call with the name of what is called, and of whose it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name):
                    yield "", name, node
                case ast.Attribute(value=ast.Name(id=owner), attr=name):
                    yield owner, name, node
                case ast.Attribute(attr=name):
                    yield "?", name, node


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_of(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def is_constant(node: ast.expr) -> bool:
    """Say whether a text is written in the source, or put together of the module's own constants."""
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.JoinedStr(values=values):
            return all(is_constant(value) for value in values)
        case ast.FormattedValue(value=value):
            return is_constant(value)
        case ast.BinOp(left=left, right=right):
            return is_constant(left) and is_constant(right)
    return False


def is_pragma(node: ast.expr) -> bool:
    """Say whether a statement sets one of SQLite's own options, which takes no parameters."""
    return ast.unparse(node) == "f'PRAGMA {pragma}'"


def test_no_code_is_run_that_was_made_of_text() -> None:
    for path, tree in trees(*ALL):
        for owner, name, call in calls(tree):
            assert (owner, name) not in RUN, f"{path}:{call.lineno}"
            shell = [word.value for word in call.keywords if word.arg in {"shell", "allow_pickle"}]
            assert all(isinstance(value, ast.Constant) and not value.value for value in shell), f"{path}:{call.lineno}"
    for path, tree in trees(*SERVING):
        assert [name for name in imports(tree) if is_of(name, READ_UNSAFELY)] == [], path
        assert [call.lineno for _, name, call in calls(tree) if name in TEMPLATES] == [], path


def test_the_storefront_and_the_consumers_start_no_program() -> None:
    for path, tree in trees(*SERVING):
        assert [name for name in imports(tree) if is_of(name, {"subprocess", "pty"})] == [], path


def test_statements_are_never_put_together_of_text() -> None:
    for path, tree in trees("storefront"):
        for owner, name, call in calls(tree):
            if name in {"exec_driver_sql", "literal_column"} or (owner, name) in {("", "text"), ("cursor", "execute")}:
                assert is_constant(call.args[0]) or is_pragma(call.args[0]), f"{path}:{call.lineno}"


def test_no_pattern_is_made_of_what_somebody_typed() -> None:
    for path, tree in trees(*SERVING):
        for owner, name, call in calls(tree):
            if owner == "re" and name in {"compile", "match", "fullmatch", "search", "sub", "split", "findall"}:
                assert is_constant(call.args[0]), f"{path}:{call.lineno}"


def test_no_process_of_the_shop_fetches_what_somebody_names() -> None:
    for path, tree in trees(*SERVING):
        assert [name for name in imports(tree) if is_of(name, FETCH)] == [], path


def test_what_is_secret_is_random_and_hashed_by_what_is_approved() -> None:
    for path, tree in trees("storefront", "connections"):
        assert [name for name in imports(tree) if is_of(name, {"random", "numpy.random"})] == [], path
        for owner, name, call in calls(tree):
            # A websocket's handshake answers with SHA-1 (RFC 6455, 4.2.2), where nothing depends on it.
            is_protected = all(word.arg != "usedforsecurity" for word in call.keywords)
            is_old = (owner, name) in {("hashlib", "md5"), ("hashlib", "sha1"), ("hashlib", "new")}
            assert not (is_old and is_protected), f"{path}:{call.lineno}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_run_no_text_and_hear_no_other_window(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function\b|document\.write|set(Timeout|Interval)\(\s*['\"`]", text)
    assert not re.search(
        r"(window|self|globalThis)\.(addEventListener\(\s*['\"]message|onmessage|opener|parent\b)", text
    )
    assert not re.search(r"(^|[^.\w])addEventListener\(\s*['\"]message", text)
    assert "__proto__" not in text
    assert not re.search(r"\.src\s*=\s*['\"`]https?:|jsonp", text, re.IGNORECASE)
