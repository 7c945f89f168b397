"""Who may see the shop's figures: operators who have signed in, or everybody where the settings open them."""

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from storefront.app.shop import shop

OPERATOR = "operator"


def may_see_figures() -> bool:
    """Return whether this request is an operator's, or the settings open the figures to everybody."""
    return shop().settings.ops_open or (bool(current_user.is_authenticated) and current_user.role == OPERATOR)


def check_operator() -> None:
    """Refuse shoppers, and ask those who have not signed in to do so."""
    if may_see_figures():
        return
    if not current_user.is_authenticated and request.method in {"GET", "HEAD"}:
        abort(redirect(url_for("entrance.sign_in", next=request.full_path.rstrip("?")), 303))
    abort(403, _("This page is for operators only. To give someone access, run `riverfront operator grant`."))
