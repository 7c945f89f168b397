"""The system's own packages: installed where we may (as root on Debian and Ubuntu), else named for the user."""

import os
import shutil
import sys
from collections.abc import Sequence

from infra.setup.commands import Failed, run
from infra.setup.places import Places
from infra.setup.step import Line

PACKAGES = {
    "java": {"apt-get": "default-jre-headless", "dnf": "java-21-openjdk-headless", "brew": "openjdk"},
    "redis": {"apt-get": "redis-server", "dnf": "redis", "brew": "redis"},
    "node": {"apt-get": "nodejs npm", "dnf": "nodejs npm", "brew": "node"},
    "chromium": {"apt-get": "chromium", "dnf": "chromium", "brew": "--cask chromium"},
    "pip": {"apt-get": "python3-pip", "dnf": "python3-pip", "brew": "uv"},
}
"""What each need is called in each system's packages."""

SYSTEMS = {"apt-get": "Debian or Ubuntu", "dnf": "Fedora", "brew": "macOS"}


class System:
    """This machine's package manager."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._updated = False

    def can_install(self) -> bool:
        """Say whether packages may be installed without asking: as root, with apt-get."""
        return os.geteuid() == 0 and shutil.which("apt-get") is not None

    def install(self, needs: Sequence[str]) -> None:
        """Install what is needed, if it may be done here; do nothing otherwise. Raises `Failed`."""
        if not needs or not self.can_install():
            return
        packages = [package for need in needs for package in PACKAGES[need]["apt-get"].split()]
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        with Line(f"System packages ({', '.join(packages)})"):
            if not self._updated:
                run(["apt-get", "update", "-q"], self._places.log, quiet)
                self._updated = True
            run(["apt-get", "install", "-yq", "--no-install-recommends", *packages], self._places.log, quiet)


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
