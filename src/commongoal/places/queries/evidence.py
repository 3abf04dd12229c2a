"""What residents and partners say, as anybody of the partnership's staff may read it: small counts are not in it."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from commongoal.access.engine.naming import Named
from commongoal.access.engine.permissions import Relation, Viewer, allowed, ask
from commongoal.access.engine.refusals import NotThere
from commongoal.access.engine.vocabulary import OrganisationKind
from commongoal.access.queries.sharing import all_but
from commongoal.kernel.suppression import shown_count
from commongoal.places.engine.evidence import (
    FEWER,
    FindingSeen,
    ReturnSeen,
    Says,
    Source,
    last_period,
    people_words,
    said,
)
from commongoal.places.engine.evidence_seen import Cited, LogLine, PartnerDue, PrioritySeen, ResearchSeen, in_order
from commongoal.places.engine.official import from_data
from commongoal.places.files.themes import themes
from commongoal.places.models import Citation, Edition, Finding, Priority, Research, Return

SEE, RECORD, SEND = "see place", "record research", "send return"


def relations_to(organisation: int, viewer: Viewer) -> frozenset[Relation]:
    """How the viewer stands to what an organisation recorded."""
    return frozenset({Relation.OWN}) if organisation == viewer.organisation else frozenset()


def research_list(viewer: Viewer) -> tuple[ResearchSeen, ...]:
    """Every piece of research, the newest first, withdrawn ones too; two queries. Raises `NotAllowed`."""
    ask(viewer, SEE)
    rows = list(_research().order_by("-until_on", "-pk"))
    found = _by_research(Finding.objects.filter(research__in=[row.pk for row in rows]))
    return tuple(_researched(row, viewer, found.get(row.pk, ())) for row in rows)


def research(viewer: Viewer, pk: int) -> ResearchSeen:
    """One piece of research with its findings; two queries. Raises `NotAllowed`, `NotThere`."""
    ask(viewer, SEE)
    row = _research().filter(pk=pk).first()
    if row is None:
        raise NotThere
    return _researched(row, viewer, _by_research(Finding.objects.filter(research=row)).get(row.pk, ()))


def finding(viewer: Viewer, research: int, finding: int) -> FindingSeen:
    """One finding of a piece of research; one query. Raises `NotAllowed`, `NotThere`."""
    ask(viewer, SEE)
    for row in _findings(Finding.objects.filter(pk=finding, research_id=research)):
        return _found(row)
    raise NotThere


def partner_return(viewer: Viewer, pk: int) -> ReturnSeen:
    """One return, newest or not; one query. Raises `NotAllowed`, `NotThere`."""
    ask(viewer, SEE)
    for row in _returns(Return.objects.filter(pk=pk)):
        return _returned(row)
    raise NotThere


def findings_standing(viewer: Viewer) -> tuple[FindingSeen, ...]:
    """The findings that count, the newest first; one query. Raises `NotAllowed`."""
    ask(viewer, SEE)
    rows = Finding.objects.filter(withdrawn_at=None, research__withdrawn_at=None)
    return tuple(map(_found, _findings(rows).order_by("-research__until_on", "-pk")))


def returns_standing(viewer: Viewer) -> tuple[ReturnSeen, ...]:
    """The newest return of each partner on each theme in each area; one query. Raises `NotAllowed`."""
    ask(viewer, SEE)
    rows = list(_returns(Return.objects.filter(withdrawn_at=None)).order_by("-until_on", "-pk"))
    counts = Counter(_key(row) for row in rows)
    newest: dict[tuple[int, str, str], Return] = {}
    for row in rows:
        newest.setdefault(_key(row), row)
    return tuple(_returned(row, counts[key] - 1) for key, row in newest.items())


def evidence_log(viewer: Viewer, theme: str = "", area: str = "") -> tuple[LogLine, ...]:
    """Each theme in each area of which residents or partners say something, in the order of themes; two queries.

    Raises `NotAllowed`.
    """
    residents: dict[tuple[str, str], list[FindingSeen]] = defaultdict(list)
    partners: dict[tuple[str, str], list[ReturnSeen]] = defaultdict(list)
    for each in findings_standing(viewer):
        residents[each.theme, each.area].append(each)
    for one in returns_standing(viewer):
        partners[one.theme, one.area].append(one)
    lines = (LogLine(*key, (), tuple(residents[key]), tuple(partners[key])) for key in {*residents, *partners})
    return in_order([line for line in lines if theme in ("", line.theme) and area in ("", line.area)], themes())


def returns_due(
    viewer: Viewer, on: dt.date, partners: Sequence[Named]
) -> tuple[tuple[dt.date, dt.date], tuple[PartnerDue, ...]]:
    """The last whole period, and for each partner which themes it answered for it and which not; one query.

    `partners` are the organisations that are asked. Raises `NotAllowed`.
    """
    ask(viewer, SEE)
    first, last = last_period(on, themes().months)
    rows = Return.objects.filter(withdrawn_at=None, until_on__gte=first, from_on__lte=last)
    told: dict[int, set[str]] = defaultdict(set)
    for organisation, theme in rows.values_list("organisation_id", "theme"):
        told[organisation].add(theme)
    asked = [each.id for each in themes().themes if each.asked]
    return (first, last), tuple(
        PartnerDue(
            one.id,
            one.name,
            tuple(t for t in asked if t in told[one.id]),
            tuple(t for t in asked if t not in told[one.id]),
        )
        for one in partners
    )


def asked_partners(viewer: Viewer) -> tuple[Named, ...]:
    """The open organisations of the viewer's partnership that are asked for returns, by name; employers are not."""
    ask(viewer, SEE)
    return all_but(viewer, OrganisationKind.EMPLOYER)


def priorities(viewer: Viewer) -> tuple[PrioritySeen, ...]:
    """Every priority, the newest first, ended ones last; three queries. Raises `NotAllowed`."""
    ask(viewer, SEE)
    rows = list(Priority.objects.select_related("membership__user").order_by("-pk"))
    cited = _cited_by(Citation.objects.filter(priority__in=[row.pk for row in rows]))
    found = [_priority(row, cited.get(row.pk, ())) for row in rows]
    return tuple(sorted(found, key=lambda each: each.ended_at is not None))


def priority(viewer: Viewer, pk: int, cited: bool = True) -> PrioritySeen:
    """One priority, with what is cited unless nobody asks for it; three queries. Raises `NotAllowed`, `NotThere`."""
    ask(viewer, SEE)
    row = Priority.objects.select_related("membership__user").filter(pk=pk).first()
    if row is None:
        raise NotThere
    return _priority(row, _cited_by(Citation.objects.filter(priority=row)).get(pk, ()) if cited else ())


def may_change_return(viewer: Viewer, seen: ReturnSeen) -> bool:
    """Whether the return is the viewer's own to withdraw."""
    return allowed(viewer, SEND, relations_to(seen.organisation, viewer))


def _research() -> QuerySet[Research]:
    return Research.objects.select_related("organisation", "membership__user")


def _findings(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    return rows.select_related("research__organisation")


def _returns(rows: QuerySet[Return]) -> QuerySet[Return]:
    return rows.select_related("organisation")


def _by_research(rows: QuerySet[Finding]) -> dict[int, tuple[FindingSeen, ...]]:
    found: dict[int, list[FindingSeen]] = defaultdict(list)
    for row in _findings(rows).order_by("pk"):
        found[row.research_id].append(_found(row))
    return {key: tuple(each) for key, each in found.items()}


def _researched(row: Research, viewer: Viewer, findings: tuple[FindingSeen, ...]) -> ResearchSeen:
    own = allowed(viewer, RECORD, relations_to(row.organisation_id, viewer)) and row.withdrawn_at is None
    people = FEWER if shown_count(row.people) is None else people_words(row.people)
    return ResearchSeen(
        row.pk, row.title, row.organisation_id, row.organisation.name, row.method, row.from_on, row.until_on,
        row.area_code, people, row.consent, row.about, row.membership.user.name, row.at, row.withdrawn_why, own,
        findings,
    )  # fmt: skip


def _found(row: Finding) -> FindingSeen:
    parent = row.research
    return FindingSeen(
        row.pk, parent.pk, parent.title, parent.organisation.name, parent.method, row.theme, row.area_code,
        said(row.people, parent.people), row.words, parent.from_on, parent.until_on,
        row.withdrawn_why or parent.withdrawn_why,
    )  # fmt: skip


def _returned(row: Return, earlier: int = 0) -> ReturnSeen:
    return ReturnSeen(
        row.pk, row.organisation_id, row.organisation.name, row.theme, row.area_code, Says(row.says),
        people_words(row.helped), people_words(row.waiting), row.words, row.from_on, row.until_on, row.at.date(),
        row.withdrawn_why, earlier,
    )  # fmt: skip


def _key(row: Return) -> tuple[int, str, str]:
    return row.organisation_id, row.theme, row.area_code


def _cited_by(rows: QuerySet[Citation]) -> dict[int, tuple[Cited, ...]]:
    rows = rows.filter(withdrawn_at=None).select_related(
        "membership__user", "finding__research__organisation", "partner_return__organisation"
    )
    kept = list(rows.order_by("pk"))
    gone = _gone({name for row in kept if row.figure for name in row.figure.get("editions", ())})
    found: dict[int, list[Cited]] = defaultdict(list)
    for row in kept:
        found[row.priority_id].append(_citation(row, gone))
    return {key: tuple(each) for key, each in found.items()}


def _gone(names: set[str]) -> dict[str, str]:
    """Why those of these editions were withdrawn that count no more; one query where there are names."""
    rows = Edition.objects.filter(name__in=names).exclude(withdrawn_at=None) if names else ()
    return {row.name: row.withdrawn_why for row in rows}


def _citation(row: Citation, gone: Mapping[str, str]) -> Cited:
    figure = from_data(row.figure) if row.figure else None
    why = next((gone[name] for name in figure.editions if name in gone), "") if figure else ""
    return Cited(
        row.pk, Source(row.source), row.stance, row.words, row.membership.user.name, row.at, figure,
        _found(row.finding) if row.finding else None,
        _returned(row.partner_return) if row.partner_return else None, why,
    )  # fmt: skip


def _priority(row: Priority, cited: tuple[Cited, ...]) -> PrioritySeen:
    return PrioritySeen(
        row.pk, row.title, row.theme, row.area_code, row.why, row.membership.user.name, row.at, row.ended_at,
        row.ended_why, cited,
    )  # fmt: skip
