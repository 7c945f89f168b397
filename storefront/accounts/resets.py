"""A new password for who has forgotten theirs: by a signed link in a letter, good for an hour and for one change."""

from flask import Blueprint, render_template

blueprint = Blueprint("resets", __name__, url_prefix="/account")


@blueprint.get("/reset")
def ask() -> str:
    """Ask for the address."""
    return render_template("account/reset.html")
