"""The whole of a caseload as a file for spreadsheets: what the filters show, on every page of it."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.http import HttpResponse
from django.utils import timezone

from commongoal.access.actions.reading import note_reading
from commongoal.access.engine.shown import Shown
from commongoal.kernel.spreadsheets import Cell, csv_text
from commongoal.pathway.engine.case_lines import CaseLine, Caseload
from commongoal.pathway.files.spreadsheets import workbook
from commongoal.pathway.queries.case_lines import whole_caseload
from commongoal.web.asked_caseload import asked
from commongoal.web.routing import Request, Route

ROWS_AT_ONCE = 500  # access rows in one statement


def as_csv(request: Request) -> HttpResponse:
    """What the filters show as CSV, on every page of it."""
    shown = _noted(request, "caseload_csv")
    text = csv_text([_titles(), *exported(shown.value.part.rows, shown.value.on)])
    return _file("\ufeff" + text, "text/csv; charset=utf-8", f"caseload-{shown.value.on}.csv")


def as_workbook(request: Request) -> HttpResponse:
    """What the filters show as a workbook, on every page of it."""
    shown = _noted(request, "caseload_xlsx")
    content = workbook("Caseload", _titles(), exported(shown.value.part.rows, shown.value.on))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(content, kind, f"caseload-{shown.value.on}.xlsx")


def exported(lines: Iterable[CaseLine], on: dt.date) -> Iterator[tuple[Cell, ...]]:
    """Each person as cells; days are dates."""
    for line in lines:
        stages = "; ".join(stage.name for stage in line.stages)
        since = max((stage.since_on for stage in line.stages), default=None)
        yield (
            *(line.person, line.name, line.worker, stages, since, line.last_contact_on, line.quiet_days),
            timezone.localdate(line.next_at) if line.next_at else None,
            f"{timezone.localtime(line.next_at):%H:%M}" if line.next_at else "",
            *(line.review_on, line.checkpoint_on, line.ends_on, line.days_left(on), "; ".join(line.to_do(on))),
        )


def _titles() -> tuple[str, ...]:
    return (
        *("Reference", "Name", "Named worker", "Stage", "Stage since", "Last contact", "Days without contact"),
        *("Next appointment", "At", "Plan review", "Work checkpoint", "Programme ends", "Days to the end", "To do"),
    )


def _noted(request: Request, page: str) -> Shown[Caseload]:
    """The whole caseload, with access rows for everybody on it: a file goes further than a page."""
    chosen, _ = asked(request.GET)
    shown = whole_caseload(request.viewer, chosen, request.at)
    for start in range(0, len(shown.listed), ROWS_AT_ONCE):
        listed = shown.listed[start : start + ROWS_AT_ONCE]
        note_reading((), page=page, by=request.viewer, at=request.at, lines=listed)
    return shown


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


ROUTES = (
    Route("caseload/csv/", as_csv, "caseload_csv", verb="see caseload"),
    Route("caseload/xlsx/", as_workbook, "caseload_xlsx", verb="see caseload"),
)
