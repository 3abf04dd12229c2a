"""What browsers and proxies may keep: nothing, unless the page says so itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers


class NothingKept:
    """Pages of sign-in and of faults too say who is signed in; whatever says nothing about keeping is not kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with headers against keeping where it has none about it."""
        answer = self.get_response(request)
        if "Cache-Control" not in answer:
            add_never_cache_headers(answer)
        return answer
