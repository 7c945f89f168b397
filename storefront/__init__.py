"""The shop: a Flask application that publishes events and shows live recommendations."""
