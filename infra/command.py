"""The command ``riverfront``: says what to install where the product's own packages are missing.

``pip install riverfront`` brings the models alone, and this command with them.
"""

import sys

OWN = frozenset({"bootstrap", "connections", "consumers", "infra", "online_models", "storefront", "training"})


OF_ASSISTANTS = frozenset({"mcp", "pydantic", "riverfront_client"})
"""What `riverfront mcp` alone needs."""


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
        extra = "mcp" if missing in OF_ASSISTANTS else "shop"
        sys.exit(f"Error: this needs the package {missing}, which `pip install 'riverfront[{extra}]'` brings.")
