"""The demonstration place: built through the actions, and nobody in it exists."""

import datetime as dt
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Model
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from commongoal.access.engine.permissions import Role
from commongoal.access.models import Action, Membership, Organisation
from commongoal.cli import main as command
from commongoal.demo.engine.courses import course
from commongoal.demo.engine.residents import Resident, residents
from commongoal.demo.engine.spending import costs, periods
from commongoal.demo.papers import as_pdf
from commongoal.demo.place import site_world
from commongoal.demo.site import build_site
from commongoal.demo.steps import at_work
from commongoal.pathway.engine.casework import ReviewReason, TaskOwner
from commongoal.pathway.models import (
    Appointment,
    Assessment,
    Attendance,
    Checkpoint,
    Cost,
    Goal,
    GroupSession,
    Job,
    Journey,
    Move,
    Plan,
    PlanReview,
    PlanVersion,
    Referral,
    Snapshot,
    Support,
    Task,
)
from commongoal.pathway.queries.snapshots import snapshot
from commongoal.people.files.kinds import media_type
from commongoal.people.models import Document, Holding, Person
from commongoal.places.models import AreaTarget, Citation, Edition, Neighbourhood, Priority, Return
from commongoal.valuation.models import Run
from commongoal.web.sign_in import MEMBERSHIP

PLACE = tomllib.loads(files("commongoal.demo").joinpath("marlhaven_partnership.toml").read_text(encoding="utf-8"))
FIRST, LAST = dt.date(2024, 11, 22), dt.date(2026, 11, 21)


def people(count: int = 600, seed: int = 1) -> tuple[Resident, ...]:
    return residents(PLACE, count, FIRST, LAST, seed)


def test_the_same_seed_makes_the_same_people() -> None:
    assert people(50) == people(50) != people(50, seed=2)


def test_nobody_in_it_exists() -> None:
    everybody = people()
    assert all(re.fullmatch(r"01632 960\d{3}", who.phone) for who in everybody)  # Ofcom keeps these for drama
    assert all(who.email.endswith("@example.org") for who in everybody if who.email)
    assert all(who.postcode.startswith("MH") for who in everybody)  # no such postcode area
    assert all(FIRST <= who.added_at.date() <= LAST for who in everybody)
    assert all(17 < (who.added_at.date() - who.born_on).days / 365.25 < 66 for who in everybody)


def test_two_years_have_something_of_everything() -> None:
    everybody = people()
    sent = [who.referral for who in everybody if who.referral]
    assert len(sent) > 200
    assert any(plan.answered_after is None for plan in sent)
    assert any(plan.rejected_because for plan in sent)
    assert any(plan.closed_after for plan in sent)
    assert any(who.restricted for who in everybody)
    assert any(who.entered_twice_by for who in everybody)
    assert any(who.new_worker_after for who in everybody)


def test_what_help_cost_is_reckoned_for_whole_periods_alone() -> None:
    world, everybody = site_world(), people(80)
    following = [(who, found) for n, who in enumerate(everybody) if (found := course(world, who, n, 1))]
    spent = costs(world, following, FIRST, LAST)
    there = periods(FIRST, LAST)
    assert [there[0].from_on, there[-1].to_on] == [dt.date(2024, 10, 1), dt.date(2026, 11, 1)]
    assert all(one.to_on == after.from_on for one, after in pairwise(there))
    keys = [(each.provider, each.intervention, each.period, each.borne_by, each.basis) for each in spent]
    assert len(set(keys)) == len(keys)  # the ledger takes each once
    helped = {(world.providers.get(h.organisation), h.intervention) for _, each in following for h in each.help}
    assert {(each.provider, each.intervention) for each in spent if each.intervention} <= helped
    assert all(each.pence > 0 for each in spent)
    assert costs(world, [], FIRST, LAST) == []


MOMENTS = st.integers(0, 1_000_000).map(
    lambda minutes: dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)


@given(MOMENTS, MOMENTS)
def test_nothing_happens_on_a_weekend_and_the_order_stays(one: dt.datetime, other: dt.datetime) -> None:
    found, after = at_work(one), at_work(other)
    assert found.weekday() < 5
    assert dt.timedelta() <= found - one <= dt.timedelta(days=2, hours=6)
    assert found == one or found.hour < 9  # before anybody's day begins
    early = one.hour < 9 or other.hour < 9  # steps of a working day come later than that
    assert early or (one <= other) == (found <= after) or found == after


def test_its_papers_are_what_they_are_called() -> None:
    made = as_pdf(("A line (with brackets)", "Zoë ł"))
    assert media_type("a-page.pdf", made) == "application/pdf"
    starts = [int(row[:10]) for row in made.partition(b"xref")[2].splitlines() if row.endswith(b"00000 n ")]
    assert [made[start:].split(b" ", 1)[0] for start in starts] == [b"%d" % n for n in range(1, len(starts) + 1)]
    assert made[int(made.split(b"startxref")[1].split()[0]) :].startswith(b"xref")


NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
STANDING = {"superseded_by": None, "withdrawn_at": None}


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small demonstration, built once for the tests below and swept away after them."""
    folder = tmp_path_factory.mktemp("demonstration")
    kept = {
        "DOCUMENTS": folder / "documents",
        "SNAPSHOTS": folder / "snapshots",
        "TEXTS": folder / "texts",
        "PLACES": folder / "places",
    }
    with django_db_blocker.unblock(), override_settings(**kept):
        try:
            build_site(44, NOW)
            yield folder
        finally:
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def entered(site: Path, db: None) -> Callable[[Role], Client]:
    """The first member of a role, signed in; their one-time codes are there already."""

    def enter(role: Role) -> Client:
        member = Membership.objects.filter(role=role.value).select_related("user").order_by("pk")[0]
        client = Client()
        client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session[MEMBERSHIP] = member.pk
        session.save()
        return client

    return enter


def test_it_is_built_through_the_actions(site: Path, db: None) -> None:
    roles = Counter(Membership.objects.values_list("role", flat=True))
    assert Organisation.objects.count() >= 6
    assert set(roles) == set(Role)  # a sign-in for each
    assert sum(roles.values()) - roles["employer"] - roles["resident"] >= 40
    assert Person.objects.count() >= 44
    assert Referral.objects.exists()
    kinds: tuple[tuple[str, type[Model]], ...] = (
        ("person", Person), ("holding", Holding), ("referral", Referral), ("assessment", Assessment), ("plan", Plan),
        ("plan version", PlanVersion), ("move", Move), ("support", Support), ("job", Job), ("cost", Cost),
        ("appointment", Appointment), ("attendance", Attendance), ("document", Document), ("snapshot", Snapshot),
    )  # fmt: skip
    for subject, rows in kinds:
        noted = set(Action.objects.filter(subject=subject).values_list("subject_id", flat=True))
        assert noted == set(rows._default_manager.values_list("pk", flat=True)), subject
        assert noted, subject
    span = LAST - Action.objects.order_by("at").first().at.date()
    assert span.days >= 2 * 365
    assert Action.objects.filter(at__gt=NOW).count() == 0


def test_it_has_something_of_every_part_of_the_pathway(site: Path, db: None) -> None:
    several = Counter(Assessment.objects.filter(counts=True).values_list("person", flat=True))
    assert max(several.values()) >= 3  # first, last and now
    assert PlanVersion.objects.count() >= 30
    assert PlanReview.objects.filter(reason=ReviewReason.DUE.value).exists()
    assert Plan.objects.filter(ended_on=None, review_on__lt=LAST).exists()  # an overdue review
    assert Goal.objects.filter(area="").count() < Goal.objects.count()
    assert {"to do", "done"} <= set(Task.objects.values_list("status", flat=True))
    assert set(TaskOwner) <= set(Task.objects.values_list("owner", flat=True))
    stages = set(Move.objects.values_list("stage", flat=True))
    assert {"referred", "engaged", "barriers_removed", "skilled", "supported", "in_work", "sustained", "left"} <= stages
    assert (LAST - min(Journey.objects.values_list("begun_on", flat=True))).days > 600
    assert Move.objects.exclude(document=None).exists()  # a certificate shows it
    assert {"in work", "due"} <= set(Checkpoint.objects.values_list("status", flat=True))
    helpers = Counter(person for person, _ in set(Support.objects.values_list("person", "organisation")))
    assert max(helpers.values()) >= 2  # several agencies
    assert {"text", "email", "none"} <= set(Appointment.objects.values_list("reminder", flat=True))
    assert {"came", "did not come"} <= set(Attendance.objects.values_list("status", flat=True))
    assert GroupSession.objects.filter(starts_at__gt=NOW).exists()
    assert GroupSession.objects.filter(starts_at__lt=NOW, listed_at=None).exists()  # a list that waits
    assert len(set(Cost.objects.values_list("membership", flat=True))) == 2  # two finance officers
    assert {"cash", "in_kind"} == set(Cost.objects.values_list("basis", flat=True))
    assert all((site / "documents" / each).exists() for each in Document.objects.values_list("stored", flat=True))


def test_its_snapshot_is_a_clean_ledger_of_what_the_site_holds(
    site: Path, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = snapshot(Snapshot.objects.get().pk)
    assert taken.left_out == {}
    assert taken.rows["people"] == Journey.objects.count()
    assert taken.rows["entries"] == Move.objects.filter(waiting=False, **STANDING).count()
    assert taken.rows["support"] == Support.objects.filter(**STANDING).count()
    assert taken.rows["work"] == Job.objects.filter(**STANDING).count()
    assert taken.rows["costs"] == Cost.objects.filter(**STANDING).count()
    asked = ["ledger", "check", str(taken.programme_file), str(taken.ledger), "--snapshot", str(taken.snapshot_on)]
    assert command.run(asked) == 0, capsys.readouterr()


def test_its_valuation_is_finished_and_shown(entered: Callable[[Role], Client]) -> None:
    run = Run.objects.get()
    assert run.status == "done", run.fault
    client = entered(Role.ANALYST)
    pages = [client.get(f"/value/{run.pk}/{page}").content.decode() for page in ("", "providers/", "who-gains/")]
    assert all("£" in page for page in pages)
    assert "for each £1" in pages[0]


def test_its_place_is_known(site: Path, entered: Callable[[Role], Client]) -> None:
    """Figures, boundaries, what residents and partners say, priorities that cite them, and a target that adds up."""
    assert (site / "places").is_dir()
    assert {row.fetched_on for row in Edition.objects.all()} != {Edition.objects.first().fetched_on}  # type: ignore[union-attr]
    assert Neighbourhood.objects.get().parts.count() >= 5
    cited = Counter(Citation.objects.values_list("source", "stance"))
    assert {source for source, _ in cited} == {"official", "residents", "partners"}
    assert {stance for _, stance in cited} == {"for", "against"}
    assert Priority.objects.exclude(ended_at=None).exists()
    assert Return.objects.filter(from_on__lt=Return.objects.latest("from_on").from_on).exists()
    target = AreaTarget.objects.get()
    assert sum(share.people for share in target.shares.all()) == target.people
    profile = entered(Role.BOARD).get("/places/", follow=True).content.decode()
    assert "Marlhaven: share claiming unemployment benefits" in profile
    assert "Invented for this demonstration" in profile


OPEN = {
    Role.KEY_WORKER: ("/today/", "/caseload/", "/people/", "/groups/", "/referrals/", "/pathways/"),
    Role.MANAGER: ("/today/", "/caseload/", "/groups/", "/assessments/team/", "/costs/", "/value/", "/members/"),
    Role.COMMISSIONER: ("/costs/", "/value/", "/pathways/", "/places/priorities/", "/places/targets/"),
    Role.FINANCE: ("/costs/", "/value/"),
    Role.ANALYST: ("/value/", "/costs/", "/pathways/", "/places/", "/places/editions/", "/places/neighbourhoods/"),
    Role.BOARD: ("/value/", "/costs/", "/places/evidence/", "/places/E07999001/hot-spots/"),
    Role.DATA_PROTECTION: ("/audit/",),
    Role.ADMINISTRATOR: ("/members/", "/organisations/"),
    Role.RESIDENT: ("/my-information/",),
    Role.EMPLOYER: ("/partnership/", "/services/"),
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_finds_its_pages(entered: Callable[[Role], Client], role: Role) -> None:
    client = entered(role)
    assert client.get("/", follow=True).status_code == 200
    for address in OPEN[role]:
        assert client.get(address, follow=True).status_code == 200, address
