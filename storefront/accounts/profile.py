"""The profile: name, address, what they declare to like, and the ways to everything else that hangs on the account."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from storefront.accounts.guard import needs_account, present_account

blueprint = Blueprint("profile", __name__, url_prefix="/account")


@blueprint.get("/profile")
@needs_account
def show() -> str | Response:
    """Show the profile."""
    return render_template("account/profile.html", account=present_account())
