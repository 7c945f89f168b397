"""The system's own packages: installed where we may (as root on Debian and Ubuntu), else named for the user."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.setup.commands import Failed, run
from infra.setup.step import Line

PACKAGES = {
    "java": {"apt-get": "default-jre-headless", "dnf": "java-21-openjdk-headless", "brew": "openjdk"},
    "redis": {"apt-get": "redis-server", "dnf": "redis", "brew": "redis"},
    "nginx": {"apt-get": "nginx-light", "dnf": "nginx", "brew": "nginx"},
    "node": {"apt-get": "nodejs npm", "dnf": "nodejs npm", "brew": "node"},
    "chromium": {"apt-get": "chromium", "dnf": "chromium", "brew": "--cask chromium"},
    "pip": {"apt-get": "python3-pip", "dnf": "python3-pip", "brew": "uv"},
}
"""What each need is called in each system's packages."""

SYSTEMS = {"apt-get": "Debian or Ubuntu", "dnf": "Fedora", "brew": "macOS"}


def install_packages(needs: Sequence[str], log: Path) -> None:
    """Install what is needed, if that may be done without asking: as root, with apt-get. Raises `Failed`."""
    if not needs or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    packages = [package for need in needs for package in PACKAGES[need]["apt-get"].split()]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with Line(f"System packages ({', '.join(packages)})"):
        run(["apt-get", "update", "-q"], log, quiet)
        run(["apt-get", "install", "-yq", "--no-install-recommends", *packages], log, quiet)


def require(needs: Sequence[str]) -> None:
    """Raise `Failed` with one message that names everything that is still missing."""
    if needs:
        raise Failed(f"Something is missing: {', '.join(needs)}.\n{how_to_install(needs)}\nThen run make again.")


def how_to_install(needs: Sequence[str]) -> str:
    """Write the command that installs what is needed, for this system if it is known, else for each."""
    here = "brew" if sys.platform == "darwin" else next((name for name in SYSTEMS if shutil.which(name)), None)
    lines = []
    for manager in [here] if here else SYSTEMS:
        packages = " ".join(PACKAGES[need][manager] for need in needs)
        command = f"brew install {packages}" if manager == "brew" else f"sudo {manager} install {packages}"
        lines.append(f"  {SYSTEMS[manager]}:  {command}")
    return "\n".join(["Please install it:", *lines])
