"""What comes between a stack that runs and a shop that is open: the first visit."""

from infra.errors import CannotRun
from infra.stack.catalog import has_catalog
from infra.stack.display import Display
from infra.stack.local_stack import LocalStack
from infra.visitors.first_visit import visit_once


def open_shop(stack: LocalStack, display: Display) -> None:
    """Ask for pages, pictures and scripts before anybody waits for them, and wait until learners have their code.

    A shop that has no catalog yet is not visited. One that refuses the visit opens all the same.
    """
    if not has_catalog(stack.redis):
        return
    with display.step("First visit"):
        try:
            visit_once(stack.address)
        except (CannotRun, OSError) as refusal:
            display.note(f"The shop was not visited before it opened: {refusal}")
        stack.watch_until_warm()
