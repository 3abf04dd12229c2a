"""Support: who helps whom with what, from when to when; and a case closed when nothing runs any more."""

import datetime as dt

import pytest

from commongoal.access.engine.permissions import Relation, Role
from commongoal.access.engine.refusals import ChangedMeanwhile, NotThere
from commongoal.pathway.actions.answers import reject_referral, withdraw_referral
from commongoal.pathway.actions.closing import close_case
from commongoal.pathway.actions.participations import end_participation
from commongoal.pathway.actions.supporting import correct_support, end_support, withdraw_support
from commongoal.pathway.engine import closing as case
from commongoal.pathway.engine import supporting as rules
from commongoal.pathway.engine.casework import TaskOwner
from commongoal.pathway.engine.referral import RejectionReason
from commongoal.pathway.models import Goal, Plan, Task
from commongoal.pathway.queries.supporting import support_of
from commongoal.pathway.queries.timeline import events
from commongoal.people.models import Holding, NamedStaff, Person, Worker
from commongoal.people.queries.reach import relations_to
from tests.platform.moved import DAY, programme, supported
from tests.platform.test_eligibility import answered
from tests.platform.test_referrals import AT, sent
from tests.platform.test_starts import start
from tests.platform.world import World, make_person, make_worker


def day(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def held_by(world: World, person: int, *names: str) -> int:
    """The person, held by these organisations too."""
    for name in names:
        Holding.objects.create(
            person_id=person, organisation=world.organisations[name], relation="own", why="test", since_at=AT
        )
    return person


def test_support_runs_until_it_is_ended(world: World) -> None:
    person, by = make_person(world), world.viewer()
    pk = supported(world, person)
    assert support_of(person)[0].runs(DAY)
    with pytest.raises(rules.EndsBeforeBegin):
        end_support(by=by, at=AT, person=person, support=pk, to_on=day(50))
    with pytest.raises(rules.SupportInFuture):
        end_support(by=by, at=AT, person=person, support=pk, to_on=day(-2))
    end_support(by=by, at=AT, person=person, support=pk, to_on=day(9))
    found = support_of(person)[0]
    assert (found.last_on, found.runs(DAY), found.intervention_name) == (day(10), False, "Advice")
    with pytest.raises(rules.SupportEnded):
        end_support(by=by, at=AT, person=person, support=pk, to_on=day(8))
    told = {(event.title, event.on) for event in events(person, by)}
    assert {("Support began: Advice", day(50)), ("Support ended: Advice", day(10))} <= told


def test_the_same_help_does_not_overlap_itself(world: World) -> None:
    person = held_by(world, make_person(world), "charity")
    first = supported(world, person, 50)
    with pytest.raises(rules.OverlappingSupport, match="It began on 11 January 2026, and it still runs"):
        supported(world, person, 10)
    supported(world, person, 10, contract="second")
    supported(world, person, 10, intervention="coaching")
    supported(world, person, 10, by=world.viewer("charity"))
    end_support(by=world.viewer(), at=AT, person=person, support=first, to_on=day(20))
    supported(world, person, 20)
    assert len(support_of(person)) == 5


def test_only_providers_of_the_programme_support_and_only_with_its_interventions(world: World) -> None:
    person = held_by(world, make_person(world), "nhs")
    with pytest.raises(rules.NotAProvider):
        supported(world, person, by=world.viewer("nhs"))
    with pytest.raises(rules.NoSuchIntervention):
        supported(world, person, intervention="hypnosis")
    with pytest.raises(rules.SupportInFuture):
        supported(world, person, -1)


def test_a_correction_keeps_what_stood_there_and_others_do_not_touch_it(world: World) -> None:
    person, by = held_by(world, make_person(world), "charity"), world.viewer()
    pk = supported(world, person)
    given = {"at": AT, "person": person, "intervention": "coaching", "from_on": day(40), "to_on": day(30)}
    with pytest.raises(rules.SupportOfOthers):
        correct_support(by=world.viewer("charity"), support=pk, **given)
    new = correct_support(by=by, support=pk, **given)
    kept = {record.id: record for record in support_of(person)}
    assert (kept[pk].counts, kept[new].counts, kept[new].supersedes) == (False, True, pk)
    with pytest.raises(ChangedMeanwhile, match="has corrected it"):
        correct_support(by=by, support=pk, **given)
    with pytest.raises(rules.NeedsSupportReason):
        withdraw_support(by=by, at=AT, person=person, support=new, why=" ")
    withdraw_support(by=by, at=AT, person=person, support=new, why="Another person")
    assert not any(record.counts for record in support_of(person))
    supported(world, person, 40)  # nothing of it stands in the way


def test_a_case_stays_open_while_anything_runs_and_each_refusal_names_it(world: World) -> None:
    programme(world)
    person, referral = sent(world)
    answered(world, person)
    part, by = start(world, person), world.viewer()
    pk = supported(world, person)
    plan = Plan.objects.create(
        person_id=person, programme=world.programme, organisation_id=by.organisation, made_on=DAY, review_on=DAY
    )
    goal = Goal.objects.create(plan=plan, words="A job", membership_id=by.membership, made_on=DAY)
    task = Task.objects.create(
        goal=goal, words="Ring the college", owner=TaskOwner.WORKER.value, worker_id=by.membership, due_on=DAY
    )

    def close() -> None:
        close_case(by=by, at=AT, person=person, why="They work")

    with pytest.raises(case.StillOnProgramme, match="Together into work"):
        close()
    end_participation(by=by, at=AT, person=person, participation=part, ended_on=DAY, exit_reason="in work")
    with pytest.raises(case.StillSupported, match="Advice, since 11 January 2026"):
        close()
    end_support(by=by, at=AT, person=person, support=pk, to_on=day(-1))  # today is the last day
    with pytest.raises(case.TaskStillOpen, match="Ring the college, by 2 March 2026"):
        close()
    Task.objects.filter(pk=task.pk).update(status="done")
    with pytest.raises(case.ReferralStillOpen, match="It is to The provider"):
        close()
    withdraw_referral(by=by, at=AT, referral=referral, note="They work")
    make_worker(person, by, AT)
    assert relations_to(person, by) == {Relation.OWN}
    close()
    assert relations_to(person, by) == set()
    assert not Worker.objects.filter(person_id=person, until_at=None).exists()
    with pytest.raises(NotThere):
        close()


def test_a_closed_case_is_closed_for_the_organisation_alone(world: World) -> None:
    person = held_by(world, make_person(world), "charity")
    make_worker(person, world.viewer("charity"), AT)
    for why in ("", " "):
        with pytest.raises(case.NeedsClosingReason):
            close_case(by=world.viewer(), at=AT, person=person, why=why)
    close_case(by=world.viewer(), at=AT, person=person, why="They work")
    assert relations_to(person, world.viewer("charity")) == {Relation.OWN}
    assert Worker.objects.filter(person_id=person, until_at=None).exists()


def test_who_is_named_on_a_restricted_record_no_longer_reads_it_either(world: World) -> None:
    person, by = make_person(world), world.viewer(role=Role.MANAGER)
    Person.objects.filter(pk=person).update(restricted=True)
    NamedStaff.objects.create(person_id=person, membership_id=by.membership, since_at=AT)
    close_case(by=by, at=AT, person=person, why="They work")
    assert relations_to(person, by) == set()


def test_a_referral_that_was_not_taken_keeps_no_case_open(world: World) -> None:
    person, referral = sent(world)
    reject_referral(by=world.viewer("provider"), at=AT, referral=referral, code=RejectionReason.NO_CAPACITY)
    close_case(by=world.viewer(), at=AT, person=person, why="They moved")
