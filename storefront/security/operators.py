"""Who may see the shop's figures: operators who have signed in by two steps, or all where the settings open them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from online_models.schema.events import VisitorId
from storefront.limits.client_address import client_network

log = logging.getLogger(__name__)

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Operators:
    """Tells operators from shoppers.

    Parameters
    ----------
    is_open
        Lets everybody see what is theirs.
    has_second_factor
        Tells whether an account has turned two-step verification on. Turning it on ends all its sign-ins, so that all
        there are came after its code.
    """

    is_open: bool = False
    has_second_factor: Callable[[VisitorId], bool] = lambda _: False

    def is_operator(self) -> bool:
        """Return whether this request is an operator's. Raises `DatabaseDown`."""
        return _has_role() and self.has_second_factor(current_user.visitor)

    def may_see_figures(self) -> bool:
        """Return whether this request is an operator's, or the settings open the figures to everybody."""
        return self.is_open or self.is_operator()

    def check(self) -> None:
        """Refuse shoppers, and lead others to the sign-in or to two-step verification."""
        if not self.may_see_figures():
            self.refuse()

    def refuse(self) -> NoReturn:
        """Say why this is for operators, and what to do."""
        is_page = request.method in {"GET", "HEAD"}
        if _has_role():
            if is_page:
                abort(
                    redirect(
                        url_for("two_step.set_up", next=f"{request.script_root}{request.full_path}".rstrip("?")), 303
                    )
                )
            abort(403, _("Turn on two-step verification in your account first. Operators need it."))
        if not current_user.is_authenticated and is_page:
            abort(redirect(url_for("auth.sign_in", next=f"{request.script_root}{request.full_path}".rstrip("?")), 303))
        log.info("Refused %s to an account that is no operator's, from %s", request.path, client_network())
        abort(403, _("This page is for operators only. To give someone access, run `riverfront operator grant`."))


def _has_role() -> bool:
    return bool(current_user.is_authenticated) and current_user.role == OPERATOR
