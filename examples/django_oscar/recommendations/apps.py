"""The Django application."""

from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    """Listens to the shop's signals once all of it is loaded."""

    name = "recommendations"

    def ready(self) -> None:
        """Begin to listen."""
        from recommendations import signals

        signals.connect()
