"""``riverfront mcp``: a shop for assistants, over standard input and output."""

from importlib.metadata import version

import click


@click.command(
    epilog="RIVERFRONT_KEY is a server's key of the API, as `riverfront keys create --scope server` prints it. With a "
    "browser's, `recommend` knows anonymous visitors alone, and `explain` does not work."
)
@click.option(
    "--url",
    envvar="RIVERFRONT_URL",
    default="http://127.0.0.1:8000",
    show_default=True,
    show_envvar=True,
    help="Where the shop is.",
)
def mcp(url: str) -> None:
    """Serve the Model Context Protocol over standard input and output, for one assistant, which starts this command.

    Tools: recommend, similar, search, explain. They ask the shop's API, here or elsewhere, and change nothing.
    """
    import os

    from infra.assistants.shop_tools import build_server
    from infra.errors import CannotRun
    from riverfront_client import AsyncRiverfront

    try:
        shop = AsyncRiverfront(url, os.environ.get("RIVERFRONT_KEY", ""))
    except ValueError as error:
        raise CannotRun(f"{error}. RIVERFRONT_KEY takes a key, and --url the shop's address.") from error
    build_server(shop, version("riverfront")).run()
