"""Records that may be one person: the pairs, the two side by side, one made of them or parted again."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.utils.text import capfirst

from commongoal.access.engine.permissions import relations_allowing
from commongoal.access.engine.refusals import NotThere
from commongoal.pathway.queries.since import told_since as told_of_pathway
from commongoal.people.actions.merging import PartedAlready, merge_people, part_people, tell_apart
from commongoal.people.engine.details import OPEN_FIELDS, WORDS
from commongoal.people.engine.merging import Since
from commongoal.people.queries.duplicates import Comparison, PastMerge, comparison, merges_of, possible_duplicates
from commongoal.people.queries.record import details_now, kept_instead
from commongoal.people.queries.since import choices_since, was_parted
from commongoal.people.queries.since import told_since as told_of_people
from commongoal.web.asking import kept, page_number
from commongoal.web.routing import Page, Request, Route, goto
from commongoal.web.tags import day

MERGE, DIFFERENT = "merge", "different"
FIRST, SECOND = "first", "second"


def duplicates(request: Request) -> Page:
    """The pairs that wait for somebody to look."""
    page = page_number(request)
    shown = possible_duplicates(request.viewer, page)
    pairs = shown.value
    count = len(pairs.rows)
    heading = "Nobody seems to be here twice"
    if count:
        more = "More than " if pairs.more or page > 1 else ""
        heading = f"{more}{count} {'pair' if count == 1 else 'pairs'} of records may be one person"
    may_merge = bool(relations_allowing(request.viewer.role, "merge people"))
    values = {"pairs": pairs.rows, "more": pairs.more, "page": page, "heading": heading, "may_merge": may_merge}
    return Page("commongoal/people/duplicates.html", values, listed=shown.listed)


def merge(request: Request, person: int) -> Page | HttpResponse:
    """What one record may be a duplicate of, and what was merged into it, which can be undone."""
    shown = details_now(person, request.viewer, "merge people")
    merges = merges_of(person, request.viewer)
    chosen = request.POST.get("merge", "")
    forms_of = {str(each.merge): _part_form(request, each) for each in merges}
    if chosen and chosen not in forms_of:
        return _not_to_part(request, person, chosen)
    form = forms_of.get(chosen)
    if form is not None and form.is_valid() and _part(request, form, int(chosen)):
        return goto("merge_person", person)
    pairs = possible_duplicates(request.viewer, person=person)
    values = {
        "person": shown.value,
        "pairs": pairs.value.rows,
        "merges": tuple((each, forms_of[str(each.merge)]) for each in merges),
        "form": form,
    }
    listed = tuple(pk for pk in pairs.listed if pk != person)
    return Page("commongoal/people/merge.html", values, people=shown.people, listed=listed)


def _part_form(request: Request, past: PastMerge) -> "PartForm":
    choices = choices_since(past.merge, request.viewer)
    since = (*told_of_people(choices), *told_of_pathway(choices))
    return PartForm(request.POST if request.POST.get("merge") == str(past.merge) else None, past=past, since=since)


def _part(request: Request, form: "PartForm", merge: int) -> bool:
    if not kept(form, lambda: part_people(merge, by=request.viewer, at=request.at, also=form.also)):
        return False
    rest = "What you chose went along, what else" if form.also else "What"
    messages.success(request, f"The two records are two again. {rest} was written since stays with this one.")
    return True


def _not_to_part(request: Request, person: int, merge: str) -> HttpResponse:
    """A second click comes when the two are parted already; any other merge is not there."""
    if not (merge.isascii() and merge.isdigit() and was_parted(int(merge), person)):
        raise NotThere
    messages.success(request, PartedAlready.sentence())
    return goto("merge_person", person)


class PartForm(forms.Form):
    """One merge to undo, and what was written since that goes with the record that comes back."""

    merge = forms.IntegerField(widget=forms.HiddenInput)
    goes = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: QueryDict | None, *, past: PastMerge, since: Iterable[Since]) -> None:
        super().__init__(data, auto_id=f"id_{past.merge}_%s", initial={"merge": past.merge})
        choices = [(f"{each.table} {each.row}", f"{day(each.on)}: {each.words}") for each in since]
        if not choices:
            del self.fields["goes"]
            return
        goes = self.fields["goes"]
        assert isinstance(goes, forms.MultipleChoiceField)
        goes.choices = choices
        goes.label = f"Which of these, written since, are about {past.name}?"
        goes.help_text = "What you do not choose stays here. What came of a referral goes where the referral goes."

    @property
    def also(self) -> dict[str, set[int]]:
        """The rows chosen: ids by table."""
        found: dict[str, set[int]] = {}
        for value in self.cleaned_data.get("goes", ()):
            table, _, row = value.partition(" ")
            found.setdefault(table, set()).add(int(row))
        return found


def compare(request: Request, person: int, other: int) -> Page | HttpResponse:
    """Two records side by side: one person, and which details to keep, or two people."""
    if person == other:
        details_now(person, request.viewer, "merge people")
        return goto("merge_person", person)
    if kept_instead(other, request.viewer) == person:  # a second click, or somebody was quicker
        messages.success(request, "The two records are one already.")
        return goto("person", person)
    shown = comparison(person, other, request.viewer)
    both = shown.value
    form = DecideForm(request.POST if request.method == "POST" else None, both=both)
    if request.method == "POST" and form.is_valid() and kept(form, lambda: _decide(request, form, both)):
        return goto("person", person) if form.cleaned_data["decision"] == MERGE else goto("duplicates")
    values = {
        "both": both,
        "form": form,
        "rows": tuple(rows(both)),
        "versions": form.data.get("versions") or versions_of(both),
        "choices": [form[name] for name in form.choices],
    }
    return Page("commongoal/people/compare.html", values, people=shown.people)


def rows(both: Comparison) -> Iterator[tuple[str, str, str, bool]]:
    """Each detail, as the one record and the other have it, and whether they differ."""
    for name in OPEN_FIELDS:
        one, two = (_told(getattr(record.details, name)) for record in (both.first, both.second))
        if one or two:
            yield capfirst(WORDS[name]), one or "Not known", two or "Not known", one != two
    one, two = ("Recorded" if record.ni_recorded else "Not recorded" for record in (both.first, both.second))
    yield "National Insurance number", one, two, one != two


def versions_of(both: Comparison) -> str:
    """What the two records were when they were shown."""
    return f"{both.first.version} {both.second.version}"


def _told(value: Any) -> str:
    return day(value) if hasattr(value, "year") else str(value or "")


class DecideForm(forms.Form):
    """One person or two; for one person, which of two details to keep."""

    decision = forms.ChoiceField(
        label="Are these one person?",
        choices=[(MERGE, "One person: make one record"), (DIFFERENT, "Two different people")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, both: Comparison, **named: Any) -> None:
        super().__init__(*args, **named)
        self.choices: list[str] = []
        for name in (*OPEN_FIELDS, "ni"):
            one, two = (self._kept(record, name) for record in (both.first, both.second))
            if one and two and (one != two or name == "ni"):
                self.choices.append(name)
                ours, theirs = (_told(one), _told(two)) if name != "ni" else ("The first one", "The second one")
                self.fields[name] = forms.ChoiceField(
                    label=f"Which {WORDS[name]} is right?",
                    choices=[(FIRST, ours), (SECOND, theirs)],
                    initial=FIRST,
                    required=False,
                    widget=forms.RadioSelect,
                )

    @staticmethod
    def _kept(record: Any, name: str) -> Any:
        return record.ni_recorded if name == "ni" else getattr(record.details, name)

    @property
    def taken(self) -> frozenset[str]:
        """The details to take from the second record."""
        return frozenset(name for name in self.choices if self.cleaned_data.get(name) == SECOND)


def _decide(request: Request, form: DecideForm, both: Comparison) -> None:
    first, second = both.first.person, both.second.person
    if form.cleaned_data["decision"] == DIFFERENT:
        tell_apart(first, second, by=request.viewer, at=request.at)
        messages.success(request, "Noted: two different people. They are not proposed again.")
        return
    merge_people(first, second, form.taken, versions=_versions(request), by=request.viewer, at=request.at)
    messages.success(request, "The two records are one now. Parting them again is possible.")


def _versions(request: Request) -> tuple[int, int]:
    """What the two records were when the user compared them; unreadable counts as long ago."""
    words = request.POST.get("versions", "")[:40].split()
    found = [int(word) for word in words if word.isascii() and word.isdigit()]
    return (found[0], found[1]) if len(found) == 2 else (0, 0)


ROUTES = (
    Route("people/duplicates/", duplicates, "duplicates", verb="find people"),
    Route("people/<int:person>/merge/", merge, "merge_person", verb="merge people", about=("person",)),
    Route(
        "people/<int:person>/merge/<int:other>/",
        compare,
        "compare_people",
        verb="merge people",
        about=("person", "other person"),
    ),
)
