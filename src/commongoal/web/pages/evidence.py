"""The evidence log: what official figures, residents and partners say of each theme, side by side."""

from django import forms
from django.http import HttpResponse

from commongoal.access.engine.permissions import relations_allowing
from commongoal.kernel.spreadsheets import Cell, csv_text
from commongoal.places.engine.evidence import NOBODY, WORDS, Source, Themes
from commongoal.places.engine.evidence_seen import LogLine, with_official
from commongoal.places.files.themes import themes
from commongoal.places.queries.evidence import RECORD, SEE, SEND, evidence_log
from commongoal.web.area_choices import Areas, areas_for
from commongoal.web.choices import offer
from commongoal.web.official_figures import official_in
from commongoal.web.place_evidence import known_of
from commongoal.web.routing import Page, Request, Route
from commongoal.web.tags import counted

SOURCES = {Source.OFFICIAL: "Official figures", Source.RESIDENTS: "Residents", Source.PARTNERS: "Partners"}
HEADINGS = ("Theme", "Area", "Source", "Points to", "What it says", "From", "Period", "Compared with", "Notes")


class LogForm(forms.Form):
    """Which part of the log."""

    theme = forms.ChoiceField(label="Theme", required=False)
    area = forms.ChoiceField(label="Area", required=False)


def log(request: Request) -> Page:
    """The log by theme, with where the sources disagree."""
    rule = themes()
    form, areas, lines = _asked(request)
    named = [
        {
            "theme": next((each for each in rule.themes if each.id == line.theme), None),
            "title": f"{rule.name(line.theme)}, {areas.name(line.area)}",
            "verdict": line.verdict(rule),
            "disagree": line.disagree(rule),
            "columns": _columns(line, rule),
            "alone": not line.residents and not line.partners,
        }
        for line in lines
    ]
    told = [line for line in named if not line["alone"]]
    values = {
        "heading": _heading(lines, rule),
        "form": form,
        "lines": told or named,
        "alone": [line for line in named if line["alone"]] if told else [],
        "rule": rule.rule,
        "query": request.GET.urlencode(),
        "may_record": bool(relations_allowing(request.viewer.role, RECORD)),
        "may_send": bool(relations_allowing(request.viewer.role, SEND)),
    }
    return Page("commongoal/evidence/log.html", values)


def table(request: Request) -> HttpResponse:
    """The log as the page shows it, one row for each thing said; small counts are not in it."""
    rule = themes()
    _, areas, lines = _asked(request)
    rows: list[tuple[Cell, ...]] = [HEADINGS]
    for line in lines:
        rows += _rows(line, rule, areas)
    rows += [(), *((words,) for words in ("How the sources are compared", *rule.rule))]
    disposition = {"Content-Disposition": f'attachment; filename="evidence-{request.today}.csv"'}
    return HttpResponse(f"\ufeff{csv_text(rows)}", content_type="text/csv; charset=utf-8", headers=disposition)


def _asked(request: Request) -> tuple[LogForm, Areas, tuple[LogLine, ...]]:
    known = known_of(request.viewer)
    areas = areas_for(request, known.evidence.geography)
    form = LogForm(request.GET or None)
    offer(form, "theme", [("", "All themes"), *((each.id, each.name) for each in themes().themes)])
    offer(form, "area", [("", "All areas"), *areas.choices])
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {"theme": "", "area": ""}
    said = evidence_log(request.viewer, **chosen)
    places = {chosen["area"] or areas.home, *(line.area for line in said)}
    official = official_in(known, sorted(places), request.today)
    return form, areas, with_official(said, official, themes(), chosen["theme"])


def _heading(lines: tuple[LogLine, ...], rule: Themes) -> str:
    if not lines:
        return "No evidence is recorded yet"
    disagreeing = sum(line.disagree(rule) for line in lines)
    about = counted(len({line.theme for line in lines}), "theme,themes")
    if not disagreeing:
        return f"Evidence on {about}; nowhere do the sources disagree"
    return f"Evidence on {about}; on {disagreeing} the sources disagree"


def _columns(line: LogLine, rule: Themes) -> list[dict[str, object]]:
    """What each source says, and which way it points."""
    points = line.points(rule)
    said = {Source.OFFICIAL: line.official, Source.RESIDENTS: line.residents, Source.PARTNERS: line.partners}
    return [
        {
            "source": source.value,
            "title": title,
            "points": WORDS[points[source]],
            "said": said[source],
            "nothing": NOBODY[source],
        }
        for source, title in SOURCES.items()
    ]


def _rows(line: LogLine, rule: Themes, areas: Areas) -> list[tuple[Cell, ...]]:
    theme, area = rule.name(line.theme), areas.name(line.area)
    rows: list[tuple[Cell, ...]] = []
    for figure in line.official:
        marks = "; ".join((*figure.marks, *figure.notes, *figure.editions))
        what, points = f"{figure.name}: {figure.said}", figure.points.value
        rows.append((theme, area, "official", points, what, figure.source, figure.period, figure.compared, marks))
    for found in line.residents:
        what, period = f"{found.said.words}: {found.words}", f"{found.from_on} to {found.until_on}"
        who = f"{found.title}, {found.organisation} ({found.method})"
        rows.append((theme, area, "residents", found.points(rule).value, what, who, period, "", ""))
    for sent in line.partners:
        counts = ", ".join(
            f"{name} {count}" for name, count in (("helped", sent.helped), ("waiting", sent.waiting)) if count
        )
        period = f"{sent.from_on} to {sent.until_on}"
        what = f"{sent.says.value}: {sent.words}"
        rows.append((theme, area, "partners", sent.points.value, what, sent.organisation_name, period, "", counts))
    return rows


ROUTES = (
    Route("places/evidence/", log, "evidence", SEE, menu="Evidence", section="Place", menu_verb="follow evidence"),
    Route("places/evidence/log.csv/", table, "evidence_csv", SEE),
)
