"""Research with residents, returns of partners, the log of three sources, and priorities that cite them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.access.engine.refusals import ChangedMeanwhile, NotAllowed, NotThere
from commongoal.access.models import Action
from commongoal.kernel.errors import Refused
from commongoal.places.actions.evidence import (
    add_finding,
    add_research,
    send_return,
    withdraw_finding,
    withdraw_research,
    withdraw_return,
)
from commongoal.places.actions.priorities import cite, end_priority, withdraw_citation
from commongoal.places.engine import evidence as refusals
from commongoal.places.engine.evidence import Says, Stance
from commongoal.places.engine.evidence_given import NewCitation
from commongoal.places.engine.identities import MayTellWho
from commongoal.places.models import Citation, Finding, Priority, Research, Return
from commongoal.places.queries.evidence import (
    asked_partners,
    evidence_log,
    priority,
    research,
    returns_due,
    returns_standing,
)
from commongoal.web.pages import evidence as evidence_page
from tests.platform.evidenced import (
    HOME,
    a_figure,
    a_finding,
    a_research,
    a_return,
    make_finding,
    make_priority,
    make_research,
    make_return,
    with_wards,
)
from tests.platform.world import AT, World

Signed = Callable[[Viewer], Client]


@pytest.fixture
def analyst(world: World) -> Viewer:
    return world.viewer(role=Role.ANALYST)


# --- research


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"consent": "  "}, refusals.NeedsConsent),
        ({"people": 0}, refusals.NobodyTookPart),
        ({"from_on": dt.date(2026, 1, 1)}, refusals.EndsBeforeStart),
        ({"until_on": dt.date(2026, 3, 3)}, refusals.NotOverYet),
        ({"area": "Testham"}, refusals.NoSuchAreaCode),
        ({"about": "Ask Mrs Smith"}, MayTellWho),
        ({"consent": "Rang 01632 960001"}, MayTellWho),
        ({"title": "Talks at CH41 1AA"}, MayTellWho),
    ],
)
def test_research_without_what_it_needs_is_refused(
    world: World, analyst: Viewer, values: dict[str, object], refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        add_research(by=analyst, at=AT, research=a_research(world, **values), token="a")
    assert not Research.objects.exists()


def test_a_manager_records_for_their_own_organisation_and_an_analyst_for_any(world: World, analyst: Viewer) -> None:
    of_charity = a_research(world, organisation=world.organisations["charity"].pk)
    manager = world.viewer(role=Role.MANAGER)
    with pytest.raises(NotAllowed):
        add_research(by=manager, at=AT, research=of_charity, token="a")
    theirs = add_research(by=analyst, at=AT, research=of_charity, token="a")
    with pytest.raises(NotThere):
        add_finding(by=manager, at=AT, research=theirs, finding=a_finding())
    with pytest.raises(NotAllowed):
        add_research(by=world.viewer(), at=AT, research=a_research(world), token="b")


def test_the_same_form_twice_records_once(world: World, analyst: Viewer) -> None:
    one = add_research(by=analyst, at=AT, research=a_research(world), token="same")
    assert add_research(by=analyst, at=AT, research=a_research(world), token="same") == one
    first, second = (add_finding(by=analyst, at=AT, research=one, finding=a_finding()) for _ in range(2))
    assert first == second
    by = world.viewer(role=Role.MANAGER)
    assert send_return(by=by, at=AT, given=a_return(), token="r") == send_return(
        by=by, at=AT, given=a_return(), token="r"
    )
    assert make_priority(world) == make_priority(world)
    counts = [model.objects.count() for model in (Research, Finding, Return, Priority)]
    assert counts == [1, 1, 1, 1]


def test_findings_are_checked(world: World, analyst: Viewer) -> None:
    of = make_research(world, people=40)
    for values, refusal in (
        ({"people": 41}, refusals.TooManySaidSo),
        ({"theme": "weather"}, refusals.NoSuchTheme),
        ({"words": " "}, refusals.NeedsWords),
        ({"words": "Dr Patel said so"}, MayTellWho),
    ):
        with pytest.raises(refusal):
            add_finding(by=analyst, at=AT, research=of, finding=a_finding(people=20, **values) if "people" not in values
                        else a_finding(**values))  # fmt: skip
    assert not Finding.objects.exists()


def test_small_counts_are_nowhere_to_be_read(world: World, analyst: Viewer, signed_in: Signed) -> None:
    of = make_research(world, people=37)
    make_finding(world, of, people=3, words="Fares")
    make_return(world, helped=4, waiting=6)
    client = signed_in(world.viewer(role=Role.BOARD))
    for page in ("/places/evidence/", "/places/evidence/log.csv/", f"/places/evidence/research/{of}/",
                 "/places/evidence/returns/"):  # fmt: skip
        text = client.get(page).content.decode()
        assert "fewer than 10" in text, page
        for count in ("3 of 37", "helped 4", "waiting 6", "8%"):
            assert count not in text, page


def test_withdrawn_counts_no_more_and_is_kept_with_the_reason(world: World, analyst: Viewer) -> None:
    of = make_research(world)
    one, two = make_finding(world, of), make_finding(world, of, theme="health")
    withdraw_finding(by=analyst, at=AT, research=of, finding=one, why="Misread")
    assert [line.theme for line in evidence_log(analyst)] == ["health"]
    with pytest.raises(ChangedMeanwhile):
        withdraw_finding(by=analyst, at=AT, research=of, finding=one, why="Again")
    with pytest.raises(refusals.NeedsReason):
        withdraw_finding(by=analyst, at=AT, research=of, finding=two, why=" ")
    withdraw_research(by=analyst, at=AT, research=of, why="Asked the wrong people")
    assert evidence_log(analyst) == ()
    with pytest.raises(ChangedMeanwhile):
        add_finding(by=analyst, at=AT, research=of, finding=a_finding())
    seen = research(analyst, of)
    assert seen.withdrawn == "Asked the wrong people"
    assert [each.withdrawn for each in seen.findings] == ["Misread", "Asked the wrong people"]


def test_the_audit_holds_no_copy_of_the_words(world: World) -> None:
    make_finding(world, make_research(world), words="Something only said here")
    make_return(world, words="Something only said here")
    assert not [row for row in Action.objects.all() if "only said here" in str((row.before, row.after))]
    assert Action.objects.filter(subject__in=["research", "finding of research", "return"]).count() == 3


# --- what partners send


def test_the_newest_return_stands_and_earlier_ones_are_kept(world: World, analyst: Viewer) -> None:
    by = world.viewer(role=Role.MANAGER)
    make_return(world)
    newer = send_return(by=by, at=AT, given=a_return(says=Says.LESS), token="newer")
    (standing,) = returns_standing(analyst)
    assert (standing.id, standing.says, standing.earlier) == (newer, Says.LESS, 1)
    withdraw_return(by=by, at=AT, partner_return=newer, why="Counted twice")
    (standing,) = returns_standing(analyst)
    assert (standing.says, standing.earlier) == (Says.MORE, 0)
    assert Return.objects.count() == 2


def test_a_return_is_of_ones_own_organisation(world: World, analyst: Viewer) -> None:
    sent = make_return(world, "charity")
    with pytest.raises(NotThere):
        withdraw_return(by=world.viewer(role=Role.MANAGER), at=AT, partner_return=sent, why="Not ours")
    with pytest.raises(NotAllowed):
        send_return(by=analyst, at=AT, given=a_return(), token="x")


def test_who_has_not_answered(world: World, analyst: Viewer, signed_in: Signed) -> None:
    partners = asked_partners(analyst)
    assert "The employer" not in [each.name for each in partners]
    make_return(world)
    (first, last), due = returns_due(analyst, dt.date(2026, 3, 2), partners)
    assert (first, last) == (dt.date(2025, 10, 1), dt.date(2025, 12, 31))
    answered = {each.name: each.answered for each in due}
    assert answered.pop("The council") == ("transport",)
    assert set(answered.values()) == {()}
    assert all("health" in each.due for each in due)
    assert all("transport" in each.due for each in due if each.name != "The council")
    text = signed_in(world.viewer(role=Role.MANAGER)).get("/places/evidence/returns/").content.decode()
    assert "None of 6 partners has answered in full" in text
    assert "?theme=health" in text


# --- the log


def test_the_log_sets_sources_side_by_side_and_says_where_they_disagree(
    world: World, signed_in: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = a_figure(indicator="claimant-rate")
    monkeypatch.setattr(evidence_page, "official_in", lambda *_: (figure,))
    of = make_research(world)
    make_finding(world, of, theme="jobs", people=100, words="There are no jobs")
    make_return(world, theme="jobs", says=Says.LESS)
    client = signed_in(world.viewer(role=Role.BOARD))
    text = client.get("/places/evidence/").content.decode()
    assert "Evidence on 1 theme; on 1 the sources disagree" in text
    assert "They disagree: official figures and residents point to need, partners point away from it" in text
    assert "Worse than England (4.1) beyond what chance explains" in text
    rows = client.get("/places/evidence/log.csv/").content.decode()
    assert "jobs" not in rows.splitlines()[0]
    assert rows.count("The jobs there are,Testham,") == 3
    assert "100 of 120 said so (83%): There are no jobs" in rows
    assert "rounded to 5; claimants-2025-07" in rows
    assert "Evidence on" not in client.get("/places/evidence/?theme=health").content.decode()


def test_forms_show_faults_beside_their_fields(world: World, signed_in: Signed) -> None:
    with_wards()
    client = signed_in(world.viewer(role=Role.MANAGER))
    sent = {"token": "t", "title": "Voices", "organisation": str(world.organisations["council"].pk), "method": "survey",
            "area": HOME, "from_on": "2025-10-01", "until_on": "2025-09-01", "people": "30", "consent": "Asked",
            "about": ""}  # fmt: skip
    answer = client.post("/places/evidence/research/add/", sent)
    assert "before the first" in str(answer.context["form"].errors["until_on"])
    answer = client.post("/places/evidence/research/add/", sent | {"until_on": "2025-12-31"})
    made = Research.objects.get()
    assert answer["Location"] == f"/places/evidence/research/{made.pk}/"
    page = f"/places/evidence/research/{made.pk}/find/"
    found = {"theme": "transport", "area": "E05000001", "people": "31", "words": "Late"}
    assert "took part" in str(client.post(page, found).context["form"].errors["people"])
    refused = client.post(page, found | {"people": "20", "words": "Call 01632 960001"}).context["form"].errors
    assert "a telephone number" in str(refused["words"])
    assert "960001" not in str(refused["words"])
    assert client.post(page, found | {"people": "20"}).status_code == 302
    text = client.get(f"/places/evidence/research/{made.pk}/").content.decode()
    assert "20 of 30 said so" in text
    assert "Transport, Bidston" in text


# --- priorities


@pytest.fixture
def commissioner(world: World) -> Viewer:
    return world.viewer(role=Role.COMMISSIONER)


def test_a_priority_says_what_supports_it_and_what_is_missing(
    world: World, commissioner: Viewer, signed_in: Signed
) -> None:
    made = make_priority(world)
    client = signed_in(commissioner)
    text = client.get("/places/priorities/").content.decode()
    assert "1 priority, 0 with evidence from all three sources" in text
    assert "Nobody has asked residents yet" in text
    finding, sent = make_finding(world, make_research(world)), make_return(world, says=Says.LESS)
    assert (
        "Residents have been asked, and nothing they said is cited"
        in client.get("/places/priorities/").content.decode()
    )
    for given in (
        NewCitation(Stance.FOR, finding=finding, words="Two thirds of them"),
        NewCitation(Stance.AGAINST, partner_return=sent),
        NewCitation(Stance.FOR, figure=a_figure()),
    ):
        cite(by=commissioner, at=AT, priority=made, citation=given)
        with pytest.raises(refusals.AlreadyCited):
            cite(by=commissioner, at=AT, priority=made, citation=given)
    seen = priority(commissioner, made)
    assert (seen.missing, seen.disputed) == ((), True)
    text = client.get(f"/places/priorities/{made}/").content.decode()
    for words in ("Two thirds of them", "80 of 120 said so (67%)", "5.2 per cent (95% interval 5.0 to 5.4)",
                  "claimants-2025-07", "rounded to 5", "does not agree"):  # fmt: skip
        assert words in text, words


def test_an_official_figure_is_kept_as_it_was_cited(world: World, commissioner: Viewer) -> None:
    made = make_priority(world)
    cite(by=commissioner, at=AT, priority=made, citation=NewCitation(Stance.FOR, figure=a_figure()))
    later = replace(a_figure(), value=5.6, editions=("claimants-2025-08",))
    cite(by=commissioner, at=AT, priority=made, citation=NewCitation(Stance.FOR, figure=later))  # revised: another one
    assert [each.figure for each in priority(commissioner, made).cited] == [a_figure(), later]


def test_what_is_withdrawn_cannot_be_cited_and_says_so_where_it_was(
    world: World, analyst: Viewer, commissioner: Viewer
) -> None:
    made, of = make_priority(world), make_research(world)
    one, two = make_finding(world, of), make_finding(world, of, people=60)
    cite(by=commissioner, at=AT, priority=made, citation=NewCitation(Stance.FOR, finding=one))
    withdraw_research(by=analyst, at=AT, research=of, why="Asked the wrong people")
    with pytest.raises(refusals.Standing):
        cite(by=commissioner, at=AT, priority=made, citation=NewCitation(Stance.FOR, finding=two))
    for nothing in (NewCitation(Stance.FOR, finding=987), NewCitation(Stance.FOR, partner_return=987),
                    NewCitation(Stance.FOR)):  # fmt: skip
        with pytest.raises(NotThere):
            cite(by=commissioner, at=AT, priority=made, citation=nothing)
    assert [each.withdrawn for each in priority(commissioner, made).cited] == ["Asked the wrong people"]


def test_a_citation_is_withdrawn_and_a_priority_ended(world: World, commissioner: Viewer, signed_in: Signed) -> None:
    made = make_priority(world)
    citation = cite(by=commissioner, at=AT, priority=made, citation=NewCitation(Stance.FOR, figure=a_figure()))
    client = signed_in(commissioner)
    assert client.post(f"/places/priorities/{made}/citations/{citation}/withdraw/").status_code == 302
    assert priority(commissioner, made).cited == ()
    assert Citation.objects.count() == 1
    with pytest.raises(ChangedMeanwhile):
        withdraw_citation(by=commissioner, at=AT, priority=made, citation=citation)
    with pytest.raises(refusals.NeedsReason):
        end_priority(by=commissioner, at=AT, priority=made, why="")
    assert client.post(f"/places/priorities/{made}/end/", {"why": "The buses run"}).status_code == 302
    assert "The buses run" in client.get(f"/places/priorities/{made}/").content.decode()
    with pytest.raises(ChangedMeanwhile):
        cite(by=commissioner, at=AT, priority=made, citation=NewCitation(Stance.FOR, figure=a_figure()))


def test_the_form_of_a_citation_offers_what_is_known(world: World, commissioner: Viewer, signed_in: Signed) -> None:
    made, client = make_priority(world), signed_in(commissioner)
    page = f"/places/priorities/{made}/cite/?source=residents"
    assert "Nobody has asked residents yet: nothing can be cited." in client.get(page).content.decode()
    finding = make_finding(world, make_research(world))
    make_finding(world, make_research(world, token="b"), theme="health", words="Not of this theme")
    text = client.get(page).content.decode()
    assert "Voices of Bidston, Testham" in text
    assert "Not of this theme" not in text
    answer = client.post(page, {"what": str(finding), "stance": "against", "words": ""})
    assert answer.status_code == 302
    assert priority(commissioner, made).cited[0].stance == "against"
    sent = make_return(world)
    client.post(f"/places/priorities/{made}/cite/?source=partners", {"what": str(sent), "stance": "for"})
    assert [each.source.value for each in priority(commissioner, made).cited] == ["residents", "partners"]
    assert "No official figure speaks of this here" in client.get(f"/places/priorities/{made}/cite/").content.decode()
