"""What Django loads for the pages before it knows their addresses."""

from django.apps import AppConfig


class Web(AppConfig):
    """The checks are registered when the site starts, whichever command started it."""

    name = "commongoal.web"

    def ready(self) -> None:
        """Loaded for their effect."""
        from commongoal.web import checks  # noqa: F401
