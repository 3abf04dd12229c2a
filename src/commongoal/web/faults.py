"""The pages of faults: plain, and saying nothing about anybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's call
    """The address or form could not be understood."""
    return render(request, "commongoal/bad_request.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's call
    """The role does not have this page."""
    return render(request, "commongoal/not_allowed.html", status=403)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's call
    """The form does not carry this session's token: it was open for too long, or it is not ours."""
    return render(request, "commongoal/form_too_old.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's call
    """Nothing there, or nothing there that the viewer may see: the same page for both."""
    return render(request, "commongoal/not_found.html", status=404)


def server_fault(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's call
    """Something of ours failed, perhaps the database: the frame is drawn without asking anything of it."""
    return HttpResponse(render_to_string("commongoal/server_fault.html"), status=500)
