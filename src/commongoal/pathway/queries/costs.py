"""Costs that stand: a page of them, their totals, and what has none."""

import datetime as dt
from collections import Counter

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from commongoal.access.engine.pages import PAGE, window
from commongoal.access.engine.permissions import Relation, Viewer, allowed, ask
from commongoal.access.engine.refusals import NotAllowed, NotThere
from commongoal.access.queries.sharing import programmes_on
from commongoal.pathway.engine.casework import CostBasis
from commongoal.pathway.engine.costs import CostDetails, CostFilter, CostKey, CostRecord, Costs, PeriodTotal, totals_of
from commongoal.pathway.engine.in_force import InForce, NoPathway
from commongoal.pathway.models import Cost, PathwayFile
from commongoal.pathway.queries.pathways import pathway_of

OWN = frozenset({Relation.OWN})
NOBODY: frozenset[Relation] = frozenset()
MOST_PERIODS = 60  # five years of months


def programmes_with_costs(on: dt.date) -> tuple[tuple[int, str], ...]:
    """The running programmes that have a pathway, by name. Raises `NoPathway` where there is none. Two queries."""
    having = set(PathwayFile.objects.values_list("programme", flat=True))
    found = tuple((each.id, each.name) for each in programmes_on(on) if each.id in having)
    if not found:
        raise NoPathway
    return found


def costs(programme: int, viewer: Viewer, asked: CostFilter, page: int = 1, pathway: InForce | None = None) -> Costs:
    """A page of a programme's costs, the newest period first. Raises `NotAllowed`, `NoPathway`. Five queries.

    Who sees their own organisation's costs alone sees those of the provider that it is. `pathway` saves asking for it
    again.
    """
    pathway = pathway or pathway_of(programme)
    ask(viewer, "see costs", OWN)
    mine = provider_alone(viewer, pathway, "see costs")
    rows = standing(programme)
    rows = rows if mine is None else rows.filter(provider=mine, provider__gt="")
    known = {each.id for each in pathway.programme.providers if mine in (None, each.id)}
    having = set(rows.filter(provider__in=known).values_list("provider", flat=True).distinct())
    rows = rows.filter(_wanted(asked))
    by_provider, by_help = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    sums = rows.order_by().values_list("provider", "intervention", "basis").annotate(pence=Sum("amount_pence"))
    for provider, help_, basis, pence in sums:
        by_provider[provider, basis] += pence
        by_help[help_, basis] += pence
    helps = [each.id for each in pathway.programme.interventions]
    order = [each.id for each in pathway.programme.providers]
    shown = rows.select_related("membership__user", "organisation").order_by("-from_on", "id")[window(page)]
    found = [record_of(row) for row in shown]
    return Costs(
        rows=tuple(found[:PAGE]),
        totals=totals_of(by_provider, order),
        without=tuple(each for each in order if each in known - having),
        page=page,
        more=len(found) > PAGE,
        by_help=totals_of(by_help, helps),
        by_period=_by_period(rows),
    )


def _by_period(rows: QuerySet[Cost]) -> tuple[PeriodTotal, ...]:
    """What each of the newest periods cost; one query."""
    cash = Sum("amount_pence", filter=Q(basis=CostBasis.CASH.value), default=0)
    in_kind = Sum("amount_pence", filter=Q(basis=CostBasis.IN_KIND.value), default=0)
    found = rows.order_by("-from_on", "-to_on").values_list("from_on", "to_on").annotate(cash=cash, in_kind=in_kind)
    return tuple(PeriodTotal(*each) for each in found[:MOST_PERIODS])


def cost(pk: int, viewer: Viewer) -> CostRecord:
    """One cost that stands, for somebody who may record it. Raises `NotThere`."""
    row = Cost.objects.filter(pk=pk, superseded_by=None, withdrawn_at=None)
    found = row.select_related("membership__user", "organisation").first()
    if found is None:
        raise NotThere
    if not allowed(viewer, "record costs", relations_to(found.provider, viewer, pathway_of(found.programme_id))):
        raise NotThere
    return record_of(found)


def provider_alone(viewer: Viewer, pathway: InForce, verb: str) -> str | None:
    """The only provider about which the viewer may do the verb; none where it is any. Raises `NotAllowed`.

    An organisation that is no provider of the programme has none: an empty name, which no provider has.
    """
    if allowed(viewer, verb):
        return None
    if not allowed(viewer, verb, OWN):
        raise NotAllowed
    return pathway.provider(viewer.organisation) or ""


def relations_to(provider: str, viewer: Viewer, pathway: InForce) -> frozenset[Relation]:
    """How the viewer stands to the costs of a provider: its own, or not."""
    return OWN if provider and pathway.provider(viewer.organisation) == provider else NOBODY


def standing(programme: int) -> QuerySet[Cost]:
    """The costs that nobody corrected or withdrew; for callers that have their permission."""
    return Cost.objects.filter(programme=programme, superseded_by=None, withdrawn_at=None)


def standing_keys(programme: int) -> dict[CostKey, int]:
    """Pence by key of the costs that stand; for callers that have their permission. One query."""
    columns = ("provider", "intervention", "from_on", "to_on", "borne_by", "basis", "amount_pence")
    return {(a, b, c, d, e, f): pence for a, b, c, d, e, f, pence in standing(programme).values_list(*columns)}


def record_of(row: Cost) -> CostRecord:
    """A row as a value."""
    details = CostDetails(
        provider=row.provider,
        intervention=row.intervention,
        from_on=row.from_on,
        to_on=row.to_on,
        amount_pence=row.amount_pence,
        borne_by=row.borne_by,
        basis=CostBasis(row.basis),
        source=row.source,
    )
    return CostRecord(
        id=row.pk,
        programme=row.programme_id,
        details=details,
        who=row.membership.user.name,
        organisation=row.organisation.name,
        on=timezone.localdate(row.at),
        file=row.file,
        corrects=row.supersedes_id,
    )


def _wanted(asked: CostFilter) -> Q:
    plain = {name: getattr(asked, name) for name in ("provider", "intervention", "borne_by", "basis")}
    found = Q(**{name: value for name, value in plain.items() if value})
    if asked.from_on:
        found &= Q(to_on__gt=asked.from_on)
    if asked.last_on:
        found &= Q(from_on__lte=asked.last_on)
    return found
