"""The catalogue of what is known of the place: by dataset, one edition, what changed, withdrawn and put back."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import capfirst

from commongoal.access.engine.permissions import allowed
from commongoal.kernel.words import number
from commongoal.places.actions.editions import restore_edition, withdraw_edition
from commongoal.places.engine.catalogue import Dataset, Listed, NeedsWhy, in_datasets
from commongoal.places.engine.edition_words import (
    kind_words,
    period_words,
    perturbation_words,
    rounding_words,
    vintage_words,
)
from commongoal.places.files.indicators import indicators
from commongoal.places.queries.editions import edition as edition_of
from commongoal.places.queries.editions import editions, outlines, own_indicators
from commongoal.valuation.queries.runs import lately_done
from commongoal.web.asking import kept
from commongoal.web.place_evidence import indicators_due, rows_of
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import counted, day, moment

SEE, TAKE, FOLLOW = "see place", "import places", "follow evidence"
MOST_CHANGES, MOST_RUNS = 20, 5
MONTH, YEAR = 30, 365  # days, for how old something is
MOST_ROWS = 1_048_575
"""Rows of a sheet below its headings: what most spreadsheets open at most."""


class WhyForm(forms.Form):
    """Why figures should count no more."""

    why = forms.CharField(label="Why?", max_length=300, help_text="Others will read it beside the edition")


def catalogue(request: Request) -> Page:
    """Datasets by title with the newest edition of each, boundaries, and definitions that are due for another look."""
    datasets = in_datasets(editions(request.viewer))
    known = [one for one in datasets if one.newest]
    values = {
        "heading": f"We know the place from {counted(len(known), 'set of figures,sets of figures')}"
        if known
        else "No figures about the place are here yet",
        "datasets": [_dataset_line(request, one) for one in datasets],
        "outlines": [(one, kind_words(one.kind, one.areas)) for one in outlines(request.viewer)],
        "due": indicators_due(indicators(own_indicators()), request.today),
        **_may(request),
    }
    return Page("commongoal/editions/list.html", values)


def news(request: Request) -> Page:
    """What changed in the evidence: editions as they came, what they revised, definitions due, runs finished."""
    every = editions(request.viewer)
    lately = [one for one in every if one.counts][:MOST_CHANGES]
    new, revised = sum(_new(one) for one in lately), sum(_revised(one) for one in lately)
    values = {
        "heading": _news_heading(lately, new, revised),
        "editions": [
            (
                one,
                vintage_words(one.edition),
                period_words(one.edition.first, one.edition.last),
                number(_new(one)),
                number(_revised(one)),
            )
            for one in lately
        ],
        "withdrawn": [one for one in every if not one.counts][:MOST_CHANGES],
        "due": indicators_due(indicators(own_indicators()), request.today),
        "runs": lately_done(request.viewer, MOST_RUNS) if allowed(request.viewer, "see value") else (),
        **_may(request),
    }
    return Page("commongoal/editions/news.html", values)


def edition(request: Request, edition: int) -> Page:
    """One edition: where it comes from, what was done to its figures, what it changed, and who brought it."""
    found = edition_of(request.viewer, edition)
    changes = found.changes
    values = {
        "listed": found,
        "edition": found.edition,
        "facts": _facts(found),
        "series": [(one.words, one.unit or "Not stated") for one in found.edition.series],
        "symbols": found.edition.symbols,
        "changes": changes,
        "largest": [
            (one, period_words(one.start, one.end), _figure(one.before, one.status_before),
             _figure(one.after, one.status_after))
            for one in (changes.largest if changes else ())
        ],
        "too_many": found.edition.rows > MOST_ROWS,
        **_may(request),
    }  # fmt: skip
    return Page("commongoal/editions/one.html", values)


def rows(request: Request, edition: int) -> StreamingHttpResponse:
    """Every figure of an edition as CSV, its notes and source above it."""
    return rows_of(edition_of(request.viewer, edition).edition)


def withdraw(request: Request, edition: int) -> Page | HttpResponse:
    """Ask why, and let its figures count no more."""
    found = edition_of(request.viewer, edition)
    form = WhyForm(request.POST) if request.method == "POST" else WhyForm()
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]

        def action() -> None:
            withdraw_edition(edition, why, by=request.viewer, at=request.at)

        if kept(form, action, {NeedsWhy: "why"}):
            messages.success(request, f"{found.edition.title} is withdrawn: its figures count no more")
            return goto("edition", edition)
    lead = (
        f"The {number(found.edition.rows)} figures stay in the store, and can be put back. Profiles made from now on "
        "go without them."
    )
    values = {"listed": found, "form": form, "heading": f"Withdraw {found.edition.title}?", "lead": lead}
    return Page("commongoal/editions/withdraw.html", values | {"submit_text": "Withdraw it", "kind": "warning"})


def restore(request: Request, edition: int) -> Page | HttpResponse:
    """Let the figures of a withdrawn edition count again."""
    found = edition_of(request.viewer, edition)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and kept(form, lambda: restore_edition(edition, by=request.viewer, at=request.at))
    ):
        messages.success(request, f"{found.edition.title} counts again")
        return goto("edition", edition)
    lead = f"It was withdrawn on {day(found.withdrawn_at)}: {found.withdrawn_why}" if found.withdrawn_at else ""
    values = {"listed": found, "form": form, "heading": f"Put {found.edition.title} back?", "lead": lead}
    return Page("commongoal/editions/withdraw.html", values | {"submit_text": "Put it back"})


def _dataset_line(request: Request, dataset: Dataset) -> dict[str, object]:
    """A dataset as a row: its newest edition, what it tells of, how old that is."""
    newest = dataset.newest
    shown = newest or dataset.editions[0]
    first, last = dataset.first, dataset.last
    return {
        "code": dataset.code,
        "newest": newest,
        "shown": shown,
        "files": [_file_line(one, shown) for one in dataset.current if one is not shown or len(dataset.current) > 1],
        "earlier": [_file_line(one, shown) for one in dataset.earlier if one is not shown],
        "tells": period_words(first, last) if first and last else "",
        "age": _age((request.today - shown.edition.fetched_on).days),
    }


def _file_line(one: Listed, shown: Listed) -> tuple[Listed, str]:
    """An edition beside others of its set, and what tells it from them: its title where that differs, and its areas."""
    areas = capfirst(vintage_words(one.edition))
    same = one.edition.title == shown.edition.title
    return one, areas if same else f"{one.edition.title}: {areas}"


def _age(days: int) -> str:
    """How long ago, as people say it."""
    if days <= 0:
        return "today"
    if days < 2 * MONTH:
        return f"{counted(days, 'day,days')} ago"
    return f"{days // MONTH} months ago" if days < 2 * YEAR else f"{days // YEAR} years ago"


def _facts(found: Listed) -> list[tuple[str, str]]:
    edition = found.edition
    facts = [
        ("Source", edition.source),
        ("Table", edition.table),
        ("Licence", edition.licence or "Not stated"),
        ("Tells of", period_words(edition.first, edition.last)),
        ("Fetched", day(edition.fetched_on)),
        ("Areas", vintage_words(edition)),
        ("Rounding", rounding_words(edition)),
        ("Random change", perturbation_words(edition)),
        ("Figures", number(edition.rows)),
        ("File", edition.file),
        ("Layout", edition.layout),
        ("Digest of the file (SHA-256)", edition.digest),
        ("Taken in", f"{moment(found.imported_at)} by {found.imported_by}"),
    ]
    if found.withdrawn_at:
        facts.insert(0, ("Withdrawn", f"{moment(found.withdrawn_at)}: {found.withdrawn_why}"))
    return facts


def _news_heading(lately: list[Listed], new: int, revised: int) -> str:
    if not lately:
        return "No figures about the place are here yet"
    return f"{counted(new, 'new figure,new figures')} and {counted(revised, 'revised one,revised ones')} lately"


def _new(one: Listed) -> int:
    return one.changes.new if one.changes else one.edition.rows


def _revised(one: Listed) -> int:
    return one.changes.revised if one.changes else 0


def _figure(value: float | None, status: str) -> str:
    if value is None:
        return status or "No figure"
    return number(value, 0 if value == int(value) else 2)


def _may(request: Request) -> dict[str, bool]:
    return {"may_take": allowed(request.viewer, TAKE), "may_define": allowed(request.viewer, "define indicators")}


ABOUT = ("edition",)
ROUTES = (
    Route("places/changes/", news, "evidence_changes", FOLLOW, menu="What changed", section="Place"),
    Route("places/editions/", catalogue, "editions", SEE, menu="Sources", section="Place", menu_verb=FOLLOW),
    Route("places/editions/<int:edition>/", edition, "edition", SEE, ABOUT),
    Route("places/editions/<int:edition>/rows.csv/", rows, "edition_rows", SEE, ABOUT),
    Route("places/editions/<int:edition>/withdraw/", withdraw, "withdraw_edition", TAKE, ABOUT),
    Route("places/editions/<int:edition>/restore/", restore, "restore_edition", TAKE, ABOUT),
)
