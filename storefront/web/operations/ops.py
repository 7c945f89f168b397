"""The operators' page: what the shop does this second, and did in the last ten minutes."""

from flask import Blueprint, Response, render_template

from storefront.security.operators import Operators
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitors import VisitorCookies


def create_blueprint(*, reader: ServingReader, visitors: VisitorCookies, operators: Operators) -> Blueprint:
    """Return the routes of the operators' page."""
    blueprint = Blueprint("ops", __name__, url_prefix="/ops")
    blueprint.before_request(operators.check)

    @blueprint.get("")
    def show() -> str:
        """Show the operators' page. Its figures come with the history and over the socket."""
        visitors.present()  # Its socket is let in by the visitor's cookie, also where the shop was never open.
        return render_template("operations/show.html")

    @blueprint.get("/history.json")
    def history() -> Response:
        """Answer with the last minutes, oldest first, one object a second."""
        seconds = b",".join(reversed(reader.read_ops_history()))
        return Response(b"[" + seconds + b"]", mimetype="application/json", headers={"Cache-Control": "no-store"})

    return blueprint
