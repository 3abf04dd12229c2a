"""What every page's frame shows: the partnership's name, who is signed in, and the navigation of the role."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Values for `base.html`."""
    return {"viewer": getattr(request, "viewer", None), "demonstration": settings.DEMONSTRATION}
