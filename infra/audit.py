"""Asks whether a version that a shop runs with is known to be vulnerable: ``python -m infra.audit``.

Where the data cannot be reached, it says so and passes: a check that needs the network must not fail without one.
"""

import subprocess
import sys
from pathlib import Path

LOCKS = [Path(__file__).parents[1] / "locks" / name for name in ("runtime.lock", "training.lock")]
SECONDS = 180
UNKNOWN = "could not be audited"


def main() -> int:
    """Run pip-audit on the locks, and return the exit code."""
    files = [word for lock in LOCKS for word in ("-r", str(lock))]
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", *files]
    try:
        answer = subprocess.run(  # noqa: S603 - our own words
            [*command, "--progress-spinner", "off", "--timeout", "10"], capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return skipped("no answer in time")
    output = (answer.stdout + answer.stderr).strip()
    lines = output.splitlines()
    unknown = [line for line in lines if UNKNOWN in line]
    # It ends with success also where it found no data on anything: that is no audit.
    if unknown and "No known vulnerabilities" in output:
        return skipped(f"no data on {len(unknown)} packages")
    if "known vulnerabilities" in output or "known vulnerability" in output:
        sys.stdout.write("".join(f"{line}\n" for line in lines if UNKNOWN not in line))
        return answer.returncode
    return skipped(output.splitlines()[-1] if output else "no answer")


def skipped(why: str) -> int:
    """Say that nothing was asked."""
    sys.stdout.write(f"pip-audit skipped: its data cannot be reached from here ({why[:200]})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
