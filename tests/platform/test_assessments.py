"""Assessments on the platform: recorded, counted, corrected, read and shown."""

import datetime as dt
import itertools
from collections.abc import Callable, Mapping

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongoal.access.engine.permissions import Relation, Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotAllowed, NotThere
from commongoal.access.models import Action, Programme
from commongoal.kernel.errors import Refused
from commongoal.pathway.actions.assessing import correct_assessment, record_assessment
from commongoal.pathway.engine import assessing as rules
from commongoal.pathway.engine.in_force import NoPathway
from commongoal.pathway.models import Assessment, PathwayFile
from commongoal.pathway.queries.assessments import assessment_with_history, assessments, barriers, readings_now
from commongoal.pathway.queries.team_figures import team_figures
from commongoal.pathway.queries.timeline import events
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import Holding
from tests.platform.test_page_prices import MOST, price
from tests.platform.world import AT, PATHWAY, World, acting_as, make_person, now, put_in_force

SignIn = Callable[[Viewer], Client]
DAY = AT.date()
LEVELS: dict[str, int | None] = {"money": 2, "housing": 4, "health": None}
TOKENS = itertools.count()


@pytest.fixture
def place(world: World) -> World:
    """A world whose programme has a pathway."""
    put_in_force(world)
    return world


def done(
    world: World,
    person: int,
    on: dt.date = DAY,
    levels: Mapping[str, int | None] = LEVELS,
    by: Viewer | None = None,
    token: str = "",
    notes: Mapping[str, str] | None = None,
) -> int:
    """An assessment, done now about a day."""
    assert world.programme
    return record_assessment(
        by=by or world.viewer(), at=AT, person=person, programme=world.programme.pk, on=on, levels=levels,
        notes=notes or {}, token=token or f"t{next(TOKENS)}",
    )  # fmt: skip


def days_back(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def counts(person: int) -> dict[dt.date, bool]:
    return dict(Assessment.objects.filter(person_id=person, superseded_by=None).values_list("on", "counts"))


def test_one_inside_the_gap_is_kept_and_does_not_count(place: World) -> None:
    person = make_person(place)
    for back in (60, 40, 32, 4):
        done(place, person, days_back(back))
    assert counts(person) == {days_back(60): True, days_back(40): False, days_back(32): True, days_back(4): True}


def test_a_correction_of_the_day_changes_which_later_ones_count(place: World) -> None:
    person, by = make_person(place), place.viewer()
    first = done(place, person, days_back(60))
    late = done(place, person, days_back(10))
    assert Assessment.objects.get(pk=late).counts
    again = correct_assessment(
        by=by, at=AT, person=person, assessment=first, on=days_back(20), levels=LEVELS, notes={}, token="c"
    )
    assert counts(person) == {days_back(20): True, days_back(10): False}
    assert not Assessment.objects.get(pk=first).counts, "what was corrected counts no more"
    told = Action.objects.filter(subject="assessment", subject_id=late).latest("pk")
    assert (told.before, told.after) == ({"counts": True}, {"counts": False})
    versions = assessment_with_history(person, again, by).value
    assert [each.on for each in versions] == [days_back(20), days_back(60)]
    with pytest.raises(ChangedMeanwhile, match="has corrected this assessment"):
        correct_assessment(by=by, at=AT, person=person, assessment=first, on=DAY, levels=LEVELS, notes={}, token="d")


def test_a_second_click_writes_nothing_twice(place: World) -> None:
    person, by = make_person(place), place.viewer()
    first = done(place, person, token="same")
    assert done(place, person, token="same") == first
    new = [
        correct_assessment(by=by, at=AT, person=person, assessment=first, on=DAY, levels=LEVELS, notes={}, token="c")
        for _ in range(2)
    ]
    assert new[0] == new[1] != first
    assert Assessment.objects.count() == 2
    other = make_person(place)
    assert done(place, other, by=place.another(), token="same") not in {first, new[0]}, "a token is each member's own"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"levels": {}}, rules.NothingAnswered),
        ({"levels": {"money": 6}}, rules.NotALevel),
        ({"levels": {"money": 0}}, rules.NotALevel),
        ({"levels": {"sport": 1}}, rules.NotAnArea),
        ({"notes": {"work": "said nothing else"}}, rules.NotALevel),
        ({"notes": {"money": "x" * 501}}, rules.NoteTooLong),
        ({"on": DAY + dt.timedelta(days=1)}, rules.AssessedInFuture),
    ],
)
def test_what_cannot_be_an_assessment_is_refused(place: World, change: dict, refusal: type[Refused]) -> None:
    person = make_person(place)
    with pytest.raises(refusal):
        done(place, person, **change)
    assert not Assessment.objects.exists()


def test_who_may_not_assess_or_correct(place: World) -> None:
    person, elsewhere = make_person(place), make_person(place, "provider")
    first = done(place, person)
    with pytest.raises(NotThere):
        done(place, elsewhere)
    with pytest.raises(NotThere):
        done(place, person, by=acting_as(place.viewer(), Role.ANALYST))
    hold(place, person, "provider", Relation.OWN)
    by = place.viewer("provider")
    with pytest.raises(rules.AssessmentOfOthers):
        correct_assessment(by=by, at=AT, person=person, assessment=first, on=DAY, levels=LEVELS, notes={}, token="c")
    with pytest.raises(NotThere):
        correct_assessment(by=by, at=AT, person=elsewhere, assessment=first, on=DAY, levels=LEVELS, notes={}, token="c")


def hold(world: World, person: int, organisation: str, relation: Relation, classes: tuple[str, ...] = ()) -> None:
    Holding.objects.create(
        person_id=person, organisation=world.organisations[organisation], relation=relation.value,
        classes=list(classes), why="test", since_at=AT,
    )  # fmt: skip


def test_without_a_pathway_nothing_can_be_asked(world: World) -> None:
    with pytest.raises(NoPathway):
        done(world, make_person(world))


def test_readings_and_barriers(place: World) -> None:
    person, programme = make_person(place), place.programme.pk
    assert (readings_now(person, programme), barriers(person, programme)) == ({}, ())
    first = done(place, person, days_back(40))
    second = done(place, person, days_back(30), {"housing": 1})
    assert readings_now(person, programme) == {
        "money": rules.Reading(2, days_back(40), first),
        "housing": rules.Reading(4, days_back(40), first),
    }, "the latest that counts"
    found = barriers(person, programme)
    assert found == (rules.Barrier("housing", "Home", 1, "I have nowhere safe to stay, or am about to lose it"),), (
        "the latest, whether or not it counts"
    )
    third = done(place, person, DAY, {"money": 3})
    assert readings_now(person, programme) == {"money": rules.Reading(3, DAY, third)}
    assert barriers(person, programme) == ()
    assert second not in {each.assessment for each in readings_now(person, programme).values()}


def test_only_who_is_told_of_assessments_reads_them(place: World) -> None:
    person = make_person(place)
    pk = done(place, person)
    for organisation, classes in (("charity", ("identity", "progress")), ("jobcentre", ("identity", "assessment"))):
        hold(place, person, organisation, Relation.AGREED, classes)
    with pytest.raises(rules.AssessmentsNotShared):
        assessments(person, place.viewer("charity"))
    with pytest.raises(rules.AssessmentsNotShared):
        assessment_with_history(person, pk, place.viewer("charity"))
    assert [each.id for each in assessments(person, place.viewer("jobcentre")).value] == [pk]
    assert not any("Assessment" in each.title for each in events(person, place.viewer("charity")))
    told = next(each for each in events(person, place.viewer("jobcentre")) if "Assessment" in each.title)
    assert (told.on, told.data_class) == (DAY, DataClass.ASSESSMENT)


def test_the_audit_holds_no_level_and_no_note(place: World) -> None:
    person = make_person(place)
    done(place, person, notes={"money": "Owes a cousin"})
    assert "cousin" not in str(list(Action.objects.values("before", "after")))


def test_an_area_asked_with_other_levels_is_not_compared(place: World, signed_in: SignIn) -> None:
    person, programme = make_person(place), place.programme.pk
    for back in (100, 60):
        done(place, person, days_back(back), {"money": 1, "housing": 2})
    areas = """areas = [
        { id = "money", name = "Money", question = "Does it last?", words = ["no", "hardly", "yes"], levels = 3 },
        { id = "housing", name = "Home", question = "?", words = ["a", "b", "c", "d", "e"] },
    ]"""
    put_in_force(place, PATHWAY.replace('areas = "common"', areas))
    done(place, person, DAY, {"money": 3, "housing": 4})
    page = signed_in(place.viewer()).get(f"/people/{person}/assessments/").content.decode()
    assert "Better in 1 area since" in page, "home alone"
    for other in range(11):
        again = make_person(place, last_name=f"Other{other}")
        for back in (100, 0):
            done(place, again, days_back(back), {"money": 1, "housing": 2})
    money, home = team_figures(place.viewer(role=Role.MANAGER), programme).areas
    assert (money.area.id, money.paired) == ("money", 11)
    assert (home.area.id, home.paired) == ("housing", 12)


def page_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_form_keeps_what_was_typed_and_tells_of_the_gap(place: World, signed_in: SignIn) -> None:
    person, here = make_person(place), signed_in(place.viewer())
    new = f"/people/{person}/assessments/new/"
    at = f"{new}{place.programme.pk}/"
    assert here.get(new)["Location"] == at, "one programme is running, so it is not asked which"
    today = now().date()
    day = {"on_day": today.day, "on_month": today.month, "on_year": today.year, "together": "yes", "token": "a"}
    refused = here.post(at, {**day, "note_money": "Owes a cousin"}).content.decode()
    assert "There is a note on money" in refused
    assert "Owes a cousin" in refused
    assert "Choose a level for at least one area of life" in here.post(at, day).content.decode()
    ahead = here.post(at, {**day, "on_year": today.year + 1, "level_money": "2"}).content.decode()
    assert "An assessment is of today or a day before" in ahead
    assert not Assessment.objects.exists()
    assert "will not count" not in page_of(here, at)
    here.post(at, {**day, "level_money": "2", "note_money": "Owes a cousin", "level_health": "unsaid"})
    row = Assessment.objects.get()
    assert set(row.levels.values_list("area", "level", "note")) == {
        ("money", 2, "Owes a cousin"), ("health", None, "")
    }  # fmt: skip
    assert "it will not count" in page_of(here, at)
    answer = here.post(at, {**day, "level_money": "3", "token": "b"}, follow=True)
    assert "It does not count towards movement" in answer.content.decode()
    assert "Does not count" in page_of(here, f"/people/{person}/assessments/")


def test_several_programmes_are_offered_and_then_shown_apart(place: World, signed_in: SignIn) -> None:
    person, here = make_person(place), signed_in(place.viewer())
    other = Programme.objects.create(
        code="other", name="Other way", accountable_body=place.organisations["council"], from_on=dt.date(2024, 4, 1)
    )
    PathwayFile.objects.create(
        programme=other, text=PATHWAY, digest=PathwayFile.objects.get().digest,
        organisations={"providers": {}, "partners": {}}, membership_id=place.viewer().membership, at=AT,
    )  # fmt: skip
    new = f"/people/{person}/assessments/new/"
    assert "Other way" in page_of(here, new)
    assert here.post(new, {"programme": other.pk})["Location"] == f"{new}{other.pk}/"
    done(place, person)
    record_assessment(
        by=place.viewer(), at=AT, person=person, programme=other.pk, on=DAY, levels=LEVELS, notes={}, token="o"
    )
    assert set(Assessment.objects.values_list("counts", flat=True)) == {True}, "each programme has its own gap"
    assert f"?programme={other.pk}" in page_of(here, f"/people/{person}/assessments/?programme={place.programme.pk}")


def test_pages_ask_at_most_a_dozen_times(place: World, signed_in: SignIn) -> None:
    person, here = make_person(place), signed_in(place.viewer())
    pk = 0
    for back in range(400, 0, -40):
        pk = done(place, person, days_back(back))
    at = f"/people/{person}/assessments/"
    manager = signed_in(place.viewer(role=Role.MANAGER))
    asked = {
        address: len(price(lambda client=client, address=address: client.get(address)))
        for client, address in (
            (here, at), (here, f"{at}new/{place.programme.pk}/"), (here, f"{at}{pk}/"), (here, f"{at}{pk}/correct/"),
            (manager, "/assessments/team/"),
        )
    }  # fmt: skip
    assert {address: n for address, n in asked.items() if n > MOST} == {}


# --- team figures


def test_who_sees_whose_figures(place: World) -> None:
    programme = place.programme.pk
    for organisation, people in (("council", 12), ("provider", 15)):
        for number in range(people):
            person = make_person(place, organisation, last_name=f"{organisation}{number}")
            for back, level in ((90, 2), (0, 3)):
                done(place, person, days_back(back), {"money": level}, place.viewer(organisation))

    def paired(viewer: Viewer) -> int | None:
        return next(each.paired for each in team_figures(viewer, programme).areas if each.area.id == "money")

    assert paired(place.viewer("council", Role.MANAGER)) == 12
    assert paired(place.viewer("provider", Role.MANAGER)) == 15
    for role in (Role.ANALYST, Role.BOARD, Role.COMMISSIONER):
        assert paired(place.viewer(role=role)) == 27
    with pytest.raises(NotAllowed):
        team_figures(place.viewer(), programme)


def test_few_people_are_suppressed_on_the_page(place: World, signed_in: SignIn) -> None:
    manager = signed_in(place.viewer(role=Role.MANAGER))
    assert "Too few people have a first and a later assessment" in page_of(manager, "/assessments/team/")
    for number in range(12):
        person = make_person(place, last_name=f"N{number}")
        done(place, person, days_back(90), {"money": 2, "housing": 2 if number < 3 else None})
        done(place, person, DAY, {"money": 3, "housing": 4 if number < 3 else None})
    page = page_of(manager, "/assessments/team/")
    assert "On average people are better in 1 of 1 area of life" in page
    figures = {each.area.id: each for each in team_figures(place.viewer(role=Role.MANAGER), place.programme.pk).areas}
    assert (figures["money"].paired, figures["money"].better, figures["money"].change.point) == (12, 12, 1.0)
    assert (figures["housing"].paired, figures["housing"].mean_first, figures["housing"].better) == (None, None, None)


HISTORIES = st.lists(
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from([None, 1, 2, 3, 4, 5])), min_size=1, max_size=5),
    min_size=1,
    max_size=40,
)


@given(HISTORIES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_team_figures_agree_with_a_slow_referee(place: World, histories: list[list[tuple[int, int | None]]]) -> None:
    """The database's pairs against those made person by person from what was entered."""
    Assessment.objects.all().delete()
    people = ensure_people(place, len(histories))
    rows = []
    for person, history in zip(people, histories, strict=False):
        for day, level in history:
            rows.append((person, days_back(day), level))
    enter(place, rows)
    expected = referee([sorted((200 - day, at, level) for at, (day, level) in enumerate(each)) for each in histories])
    money = next(
        each
        for each in team_figures(place.viewer(role=Role.MANAGER), place.programme.pk).areas
        if each.area.id == "money"
    )
    pairs, once, twice = expected
    better = sum(late > early for early, late in pairs)
    assert money.paired == (len(pairs) if len(pairs) >= 10 or not pairs else None)
    if len(pairs) >= 10:
        assert money.mean_first == pytest.approx(sum(early for early, _ in pairs) / len(pairs))
        assert money.mean_latest == pytest.approx(sum(late for _, late in pairs) / len(pairs))
        assert money.better in {None, better}
    left = once + twice - len(pairs)
    assert money.left_out.total in {None, left}
    if 0 < left < 10:
        assert money.left_out.total is None


def referee(histories: list[list[tuple[int, int, int | None]]]) -> tuple[list[tuple[int, int]], int, int]:
    """Pairs of first and latest level, people assessed once, and twice or more: by the words of the rule alone."""
    pairs, once, twice = [], 0, 0
    for history in histories:
        counted: list[tuple[int, int | None]] = []
        for day, _, level in history:
            if not counted or day - counted[-1][0] >= 28:
                counted.append((day, level))
        once, twice = once + (len(counted) == 1), twice + (len(counted) > 1)
        said = [level for _, level in counted if level is not None]
        if len(said) > 1:
            pairs.append((said[0], said[-1]))
    return pairs, once, twice


def ensure_people(world: World, count: int) -> list[int]:
    from commongoal.people.models import Person

    for number in range(Person.objects.count(), count):
        make_person(world, last_name=f"P{number}")
    return list(Person.objects.order_by("pk").values_list("pk", flat=True))[:count]


def enter(world: World, rows: list[tuple[int, dt.date, int | None]]) -> None:
    """Through the action, so that which count is reckoned as it is when somebody works."""
    for person, on, level in rows:
        done(world, person, on, {"money": level})
