"""How a team's people moved in each area of life, counted in the database."""

from commongoal.access.engine.permissions import Relation, Viewer, ask, relations_allowing
from commongoal.access.queries.compiled import Statement, answer
from commongoal.pathway.engine.programme import Area
from commongoal.pathway.engine.team_figures import TeamFigures
from commongoal.pathway.engine.team_figures import team_figures as figures_of
from commongoal.pathway.models import Assessment
from commongoal.pathway.queries.pathways import pathway_as_of, pathway_of

VERB = "see team figures"
OWN = frozenset({Relation.OWN})
# Assessments that count, of the programme's people, or of those whom one organisation has assessed itself.
DONE = """WITH done AS (SELECT a.id, a.person_id, a."on" AS day, a.pathway_file_id AS file FROM pathway_assessment a
    WHERE a.programme_id = %s AND a.counts{of_ours})"""
OF_OURS = """ AND a.person_id IN (SELECT o.person_id FROM pathway_assessment o
    WHERE o.programme_id = %s AND o.organisation_id = %s AND o.counts)"""
PEOPLE = """{done} SELECT count(CASE WHEN times > 1 THEN 1 END), count(CASE WHEN times = 1 THEN 1 END)
    FROM (SELECT person_id, count(*) AS times FROM done GROUP BY person_id) people"""
PAIRS = """{done}, said AS (SELECT d.person_id, l.area, l.level,
        row_number() OVER (PARTITION BY d.person_id, l.area ORDER BY d.day, d.id) AS from_first,
        row_number() OVER (PARTITION BY d.person_id, l.area ORDER BY d.day DESC, d.id DESC) AS from_latest
    FROM done d JOIN pathway_assessmentlevel l ON l.assessment_id = d.id WHERE l.level IS NOT NULL{otherwise}),
    ends AS (SELECT area, max(CASE WHEN from_first = 1 THEN level END) AS first,
        max(CASE WHEN from_latest = 1 THEN level END) AS latest, count(*) AS times FROM said GROUP BY person_id, area)
    SELECT area, first, latest, count(*) FROM ends WHERE times > 1 GROUP BY area, first, latest"""
OTHERWISE = " AND NOT (d.file = %s AND l.area = %s)"


def team_figures(viewer: Viewer, programme: int) -> TeamFigures:
    """A programme's figures: of the people whom the viewer's organisation assessed, or of all for those who see all.

    Raises `NotAllowed` and `NoPathway`. Four queries.
    """
    ask(viewer, VERB, OWN)
    areas = pathway_of(programme).programme.areas
    done, values = _done(viewer, programme)
    ((twice, once),) = answer(Statement(PEOPLE.format(done=done), tuple(values)))
    other = asked_otherwise(programme, areas)
    pairs = PAIRS.format(done=done, otherwise=OTHERWISE * len(other))
    rows = answer(Statement(pairs, (*values, *(value for pair in other for value in pair))))
    return figures_of([(str(area), first, last, n) for area, first, last, n in rows], areas, twice=twice, once=once)


def _done(viewer: Viewer, programme: int) -> tuple[str, list[int | str]]:
    """The assessments that the viewer's figures are of, as the beginning of a statement, and its values."""
    if sees_all(viewer):
        return DONE.format(of_ours=""), [programme]
    return DONE.format(of_ours=OF_OURS), [programme, programme, viewer.organisation]


def sees_all(viewer: Viewer) -> bool:
    """Whether the viewer sees every organisation's people in one figure."""
    return Relation.ANY in relations_allowing(viewer.role, VERB)


def asked_otherwise(programme: int, areas: tuple[Area, ...]) -> list[tuple[int, str]]:
    """Files and areas whose levels are not those of now, so that a reading of then is not one of now."""
    files = Assessment.objects.filter(programme_id=programme).values_list("pathway_file_id", flat=True).distinct()
    then = [(file, area) for file in files for area in pathway_as_of(file).programme.areas]
    levels = {area.id: area.levels for area in areas}
    return [(file, area.id) for file, area in then if area.id in levels and area.levels != levels[area.id]]
