"""Who may see the shop's figures: operators who have signed in, or everybody where the settings open them."""

from dataclasses import dataclass

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Operators:
    """Tells operators from shoppers. ``is_open`` lets everybody see what is theirs."""

    is_open: bool = False

    def may_see_figures(self) -> bool:
        """Return whether this request is an operator's, or the settings open the figures to everybody."""
        return self.is_open or (bool(current_user.is_authenticated) and current_user.role == OPERATOR)

    def check(self) -> None:
        """Refuse shoppers, and ask those who have not signed in to do so."""
        if self.may_see_figures():
            return
        if not current_user.is_authenticated and request.method in {"GET", "HEAD"}:
            abort(redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")), 303))
        abort(403, _("This page is for operators only. To give someone access, run `riverfront operator grant`."))
