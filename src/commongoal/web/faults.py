"""The pages of faults: plain, and saying nothing about anybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's call
    """The address or form could not be understood."""
    return render(request, "commongoal/bad_request.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's call
    """The role does not have this page."""
    return render(request, "commongoal/not_allowed.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's call
    """Nothing there, or nothing there that the viewer may see: the same page for both."""
    return render(request, "commongoal/not_found.html", status=404)


def server_fault(request: HttpRequest) -> HttpResponse:
    """Something of ours failed."""
    return render(request, "commongoal/server_fault.html", status=500)
