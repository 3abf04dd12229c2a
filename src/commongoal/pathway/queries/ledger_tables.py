"""What the database holds of a programme's casework, read for the ledger: of everybody, or of some people again."""

from collections.abc import Iterable

import pyarrow as pa

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.access.queries.bases import all_bases_of
from commongoal.access.queries.bulk import Kind, among, columns_read, standing
from commongoal.access.queries.keys import key_ring
from commongoal.pathway.engine.casework_rows import CaseworkRows
from commongoal.pathway.engine.ledger_sharing import Law
from commongoal.pathway.models import (
    Assessment,
    AssessmentLevel,
    Cost,
    Job,
    Journey,
    Move,
    Participation,
    Support,
)
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.pathway.queries.team_figures import asked_otherwise
from commongoal.people.queries.ledger_rows import agreements_read, homes_read

PSEUDONYM = 24  # hexadecimal figures: 96 bits, so that no two people share one


def casework_rows(viewer: Viewer, programme: int, people: Iterable[int] | None = None) -> CaseworkRows:
    """The rows that stand, of everybody or of these people; costs are always all of them. Raises `NotAllowed`.

    It hands out numbers of people, which only what makes the ledger may see.
    """
    ask(viewer, "take snapshot")
    ids = None if people is None else sorted(people)
    of = (f"t.programme_id = {int(programme)}",)
    mine = () if ids is None else (among("t.person_id", ids),)
    return CaseworkRows(
        journeys=_journeys((*of, *mine)),
        moves=_moves(programme, () if ids is None else (among("j.person_id", ids),)),
        support=_support((*of, *mine)),
        jobs=_jobs((*of, *mine)),
        readings=_readings(programme, () if ids is None else (among("a.person_id", ids),)),
        agreements=agreements_read(ids),
        participations=_participations((*of, *mine)),
        costs=_costs(of),
        homes=homes_read(ids),
    )


def _journeys(where: tuple[str, ...]) -> pa.Table:
    columns: dict[str, tuple[str, Kind]] = {"person": ("t.person_id", "whole"), "attributes": ("t.attributes", "text")}
    return columns_read(Journey, columns, (*where, "t.closed_at IS NULL"))


def _moves(programme: int, mine: tuple[str, ...]) -> pa.Table:
    columns: dict[str, tuple[str, Kind]] = {
        "id": ("t.id", "whole"),
        "person": ("j.person_id", "whole"),
        "on": ('t."on"', "day"),
        "place": ("t.place", "whole"),
        "stage": ("t.stage", "slug"),
        "reason": ("t.reason", "text"),
        "organisation": ("t.organisation_id", "whole"),
        "evidence": ("t.evidence_kind", "slug"),
    }
    join = f"JOIN {Journey._meta.db_table} j ON j.id = t.journey_id"
    where = (f"j.programme_id = {int(programme)}", "j.closed_at IS NULL", "NOT t.waiting", *standing(Move), *mine)
    return columns_read(Move, columns, where, join)


def _support(where: tuple[str, ...]) -> pa.Table:
    columns: dict[str, tuple[str, Kind]] = {
        "person": ("t.person_id", "whole"),
        "organisation": ("t.organisation_id", "whole"),
        "intervention": ("t.intervention", "slug"),
        "contract": ("t.contract", "text"),
        "from_on": ("t.from_on", "day"),
        "to_on": ("t.to_on", "day"),
    }
    return columns_read(Support, columns, (*where, *standing(Support)))


def _jobs(where: tuple[str, ...]) -> pa.Table:
    columns: dict[str, tuple[str, Kind]] = {
        "person": ("t.person_id", "whole"),
        "self_employed": ("CASE WHEN t.self_employed THEN 1 ELSE 0 END", "whole"),
        "employer": ("t.employer", "text"),
        "from_on": ("t.from_on", "day"),
        "to_on": ("t.to_on", "day"),
        "weekly_hours": ("t.weekly_hours", "number"),
        "evidence": ("t.evidence_kind", "slug"),
    }
    return columns_read(Job, columns, (*where, *standing(Job)))


def _readings(programme: int, mine: tuple[str, ...]) -> pa.Table:
    """Levels of the assessments that count; "prefer not to say" is no level.

    A level found when its area had another number of them is 0, which no area has: it does not compare.
    """
    other = asked_otherwise(programme, pathway_of(programme).programme.areas)
    otherwise = " OR ".join(f"(a.pathway_file_id = {int(file)} AND t.area = '{area}')" for file, area in other)
    columns: dict[str, tuple[str, Kind]] = {
        "assessment": ("t.assessment_id", "whole"),
        "person": ("a.person_id", "whole"),
        "on": ('a."on"', "day"),
        "area": ("t.area", "slug"),
        "level": (f"CASE WHEN {otherwise} THEN 0 ELSE t.level END" if other else "t.level", "whole"),
    }
    name = Assessment._meta.db_table
    join = f"JOIN {name} a ON a.id = t.assessment_id"
    corrected = f"a.id NOT IN (SELECT supersedes_id FROM {name} WHERE supersedes_id IS NOT NULL)"
    where = (f"a.programme_id = {int(programme)}", "a.counts", "t.level IS NOT NULL", corrected, *mine)
    return columns_read(AssessmentLevel, columns, where, join)


def _participations(where: tuple[str, ...]) -> pa.Table:
    """The days that are known of each; a period begins on the first of them."""
    columns: dict[str, tuple[str, Kind]] = {
        "person": ("t.person_id", "whole"),
        "organisation": ("t.organisation_id", "whole"),
        "referred_on": ("t.referred_on", "day"),
        "first_contact_on": ("t.first_contact_on", "day"),
        "started_on": ("t.started_on", "day"),
        "to_on": ("t.ended_on", "day"),
    }
    return columns_read(Participation, columns, where)


def _costs(where: tuple[str, ...]) -> pa.Table:
    columns: dict[str, tuple[str, Kind]] = {
        "provider": ("t.provider", "slug"),
        "intervention": ("t.intervention", "slug"),
        "from_on": ("t.from_on", "day"),
        "to_on": ("t.to_on", "day"),
        "amount_pence": ("t.amount_pence", "whole"),
        "borne_by": ("t.borne_by", "slug"),
        "basis": ("t.basis", "slug"),
    }
    return columns_read(Cost, columns, (*where, *standing(Cost)))


def laws_of(programme: int) -> tuple[Law, ...]:
    """The lawful bases that the programme has or had."""
    return tuple(
        Law(
            f"basis: {basis.article_6.value}: {basis.purpose}",
            basis.from_on,
            basis.until_on,
            frozenset(each.organisation for each in basis.controllers),
        )
        for basis in all_bases_of(programme)
    )


def on_programme(programme: int) -> tuple[int, ...]:
    """The numbers of all people with a journey that runs on a programme."""
    rows = Journey.objects.filter(programme_id=programme, closed_at=None)
    return tuple(rows.values_list("person_id", flat=True))


def pseudonyms(people: Iterable[int]) -> list[str]:
    """One for each: the same for the same person as long as the installation's blind key is, which it tells nothing
    without."""
    return ["p" + blind[:PSEUDONYM] for blind in key_ring().blinds(f"ledger {person}" for person in people)]


def hidden(kind: str, name: str) -> str:
    """The pseudonym of something else than a person: an employer's name, or a reference that could tell who it is."""
    return kind[0] + key_ring().blind(f"ledger {kind} {name}")[:PSEUDONYM]
