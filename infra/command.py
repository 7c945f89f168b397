"""The command ``riverfront``: says what to install where the product's own packages are missing.

``pip install riverfront`` brings the models alone, and this command with them.
"""

import sys

OWN = frozenset({"bootstrap", "connections", "consumers", "infra", "online_models", "storefront", "training"})


def main() -> None:
    """Run the command line, or end with a message that names the missing packages."""
    try:
        # Imported late: the command line is one of the things that may be missing.
        from infra.cli.main import main as run

        run()
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in OWN or not missing:
            raise
        sys.exit(
            f"Error: `riverfront` needs {missing}, which is not installed. The models alone are here; "
            "the whole product is: pip install 'riverfront[shop]'"
        )
