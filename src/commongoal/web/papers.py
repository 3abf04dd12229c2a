"""A paper handed out as a file, to be kept or printed: no browser shows it in a page of ours."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from commongoal.access.actions.reading import note_reading
from commongoal.access.engine.shown import Shown
from commongoal.pathway.engine.plan_paper import Paper
from commongoal.pathway.files.plan_paper import as_pdf
from commongoal.web.routing import Request


def handed_out(request: Request, shown: Shown[Paper], page: str, name: str) -> HttpResponse:
    """A paper to be kept on the reader's device; no name of anybody is in the file's name. The reading is noted."""
    content = as_pdf(shown.value)
    note_reading(shown.people, page=page, by=request.viewer, at=request.at, lines=shown.listed)
    return HttpResponse(
        content,
        headers={
            "Content-Type": "application/pdf",
            "Content-Disposition": content_disposition_header(True, f"{name}.pdf") or "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
