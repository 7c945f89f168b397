"""Who may see the shop's figures: operators who have signed in, or everybody where the settings open them."""

from flask import abort, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from storefront.shop import shop

OPERATOR = "operator"
SIGN_IN = "entrance.sign_in"


def is_signed_in() -> bool:
    """Return whether somebody has signed in."""
    return hasattr(current_app, "login_manager") and bool(current_user.is_authenticated)


def may_see_figures() -> bool:
    """Return whether this request is an operator's, or the settings open the figures to everybody."""
    if shop().settings.ops_open:
        return True
    return is_signed_in() and getattr(current_user, "role", None) == OPERATOR


def check_operator() -> None:
    """Refuse shoppers, and ask those who have not signed in to do so."""
    if may_see_figures():
        return
    if not is_signed_in() and SIGN_IN in current_app.view_functions and request.method == "GET":
        abort(redirect(url_for(SIGN_IN, next=request.full_path.rstrip("?")), 303))
    abort(403, _("The operators' page is open to operators only. `riverfront operator grant` makes somebody one."))
