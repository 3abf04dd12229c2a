"""The pages of journeys, support, pathways and closing a case."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.pathway.actions.supporting import end_support
from commongoal.pathway.models import Journey, Move, PathwayFile, Support
from commongoal.pathway.queries.pathways import pathway_of
from commongoal.people.engine.vocabulary import DataClass
from commongoal.people.models import Document
from commongoal.people.queries.reach import relations_to
from tests.platform.moved import AT, begun, move, programme, read, supported
from tests.platform.test_page_prices import dear
from tests.platform.test_referrals import agree, sent
from tests.platform.world import PATHWAY, World, make_person, now

Signed = Callable[[Viewer], Client]
TODAY = {"on_day": "2", "on_month": "3", "on_year": "2026"}


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def test_a_journey_is_begun_and_moved_along_on_its_pages(world: World, signed_in: Signed) -> None:
    person, here = make_person(world), signed_in(world.viewer())
    on = programme(world)
    address = f"/people/{person}/journey/"
    assert "Rosa Marden has not begun on a pathway yet" in text(here, address)
    assert f'href="{address}"' in text(here, f"/people/{person}/")
    fault = here.post(f"{address}{on}/begin/", {"on_day": "1", "on_month": "1", "on_year": "2026"}).content.decode()
    assert "Choose an answer for “Age”" in fault
    here.post(f"{address}{on}/begin/", {"on_day": "1", "on_month": "1", "on_year": "2026", "attribute age": "older"})
    assert "Rosa Marden is at Referred, since 1 January 2026" in text(here, address)
    asked = text(here, f"{address}{on}/move/")
    assert "Engaged" in asked
    assert "Skilled" not in asked  # the pathway has no such move from here
    given = {"stage": "engaged", **TODAY, "evidence_kind": "letter", "evidence": "From her doctor"}
    assert here.post(f"{address}{on}/move/", given | {"evidence_kind": ""}).status_code == 200
    here.post(f"{address}{on}/move/", given | {"seen": Move.objects.latest("pk").pk})
    told = text(here, address)
    assert "Rosa Marden is at Engaged, since 2 March 2026" in told
    assert "A letter or e-mail: From her doctor" in told
    assert "Asked when they began" in told
    again = here.post(f"{address}{on}/move/", given | {"stage": "supported", "seen": Move.objects.earliest("pk").pk})
    assert "recorded Engaged, on 2 March 2026" in again.content.decode()


def test_a_move_against_the_readings_asks_why_and_keeps_what_was_typed(world: World, signed_in: Signed) -> None:
    person, here = begun(world), signed_in(world.viewer())
    for stage, days in (("engaged", 60), ("barriers_removed", 50)):
        move(world, person, stage, days)
    read(world, person, skills=2)
    address = f"/people/{person}/journey/{programme(world)}/move/"
    asked = text(here, address)
    assert "does not support it yet: you will be asked why" in asked
    assert 'name="why"' not in asked
    given = {"stage": "skilled", **TODAY, "evidence_kind": "certificate", "evidence": "Level 2 of 1 March"}
    told = here.post(address, given).content.decode()
    assert 'name="why"' in told
    assert "say why you record the move all the same" in told
    assert "Level 2 of 1 March" in told
    assert here.post(address, given | {"why": "She passed the test"}).status_code == 302
    assert "What was recorded did not support it: She passed the test" in text(here, f"/people/{person}/journey/")


def test_leaving_correcting_and_withdrawing(world: World, signed_in: Signed) -> None:
    person, here = begun(world), signed_in(world.viewer())
    pk = move(world, person, "engaged", 60)
    address = f"/people/{person}/journey/"
    asked = text(here, f"{address}{programme(world)}/leave/")
    assert asked.count("Moved away") == 1  # once, as what ends the pathway
    here.post(f"{address}{programme(world)}/leave/", {"reason": "left not engaged", **TODAY})
    assert "Rosa Marden left on 2 March 2026" in text(here, address)
    left = Move.objects.latest("pk")
    assert 'value="left not engaged"' in text(here, f"{address}moves/{left.pk}/correct/")
    here.post(f"{address}moves/{left.pk}/withdraw/", {"why": "It was her sister"})
    told = text(here, address)
    assert "Rosa Marden is at Engaged" in told
    assert "withdrawn. It was her sister" in told
    given = {"stage": "engaged", **TODAY, "evidence_kind": "letter"}
    assert here.post(f"{address}moves/{pk}/correct/", given).status_code == 302
    assert "since 2 March 2026" in text(here, address)
    first = Move.objects.earliest("pk")
    begun_on = {"on_day": "5", "on_month": "1", "on_year": "2026"}
    here.post(f"{address}moves/{first.pk}/correct/", {"stage": "referred", **begun_on})
    assert Journey.objects.get().begun_on.day == 5


def test_the_readings_stand_under_the_journey_for_whoever_may_see_them(world: World, signed_in: Signed) -> None:
    person, here = begun(world), signed_in(world.viewer())
    address = f"/people/{person}/journey/"
    assert "No assessment has been done for this programme" in text(here, address)
    read(world, person, skills=2)
    told = text(here, address)
    assert "Assessed once, on" in told
    assert "Levels of each area of life" in told  # the picture
    assert "The same as a table" in told
    assert f'href="/people/{person}/assessments/?programme={programme(world)}"' in told
    assert told.index("Skills and learning") > told.index("cg-journey")  # under the journey
    there = world.viewer("charity")
    agree(world, person, "charity", {DataClass.IDENTITY, DataClass.PROGRESS})
    hidden = signed_in(there).get(address)
    assert hidden.status_code == 200
    assert "Levels of each area" not in hidden.content.decode()
    assert "No assessment" not in hidden.content.decode()


def test_what_waits_for_a_receiver_is_said_and_a_document_may_be_the_evidence(world: World, signed_in: Signed) -> None:
    programme(world)
    person, referral = sent(world)
    begun(world, person)
    by, here = world.viewer(), signed_in(world.viewer())
    document = Document.objects.create(
        person_id=person, organisation_id=by.organisation, membership_id=by.membership, kind="letter",
        title="The letter", file_name="a.pdf", media_type="application/pdf", size=1, digest="0" * 64, stored="a",
        added_at=now(),
    )  # fmt: skip
    address = f"/people/{person}/journey/"
    asked = text(here, f"{address}{programme(world)}/move/")
    assert "The provider, to whom we referred them" in asked
    given = {"stage": "engaged", **TODAY, "evidence_kind": "letter", "referral": referral, "document": document.pk}
    assert here.post(f"{address}{programme(world)}/move/", given).status_code == 302
    told = text(here, address)
    assert "The move to Engaged waits for The provider" in told
    assert "Rosa Marden is at Referred" in told
    assert Move.objects.get(waiting=True).document_id == document.pk


def test_who_is_not_shared_how_they_get_on_sees_neither_page(world: World, signed_in: Signed) -> None:
    person, there = begun(world), signed_in(world.viewer("charity"))
    agree(world, person, "charity")
    for page in ("journey", "support"):
        assert there.get(f"/people/{person}/{page}/").status_code == 409
    assert f"/people/{person}/journey/" not in text(there, f"/people/{person}/")


def test_support_on_its_pages(world: World, signed_in: Signed) -> None:
    person, here = make_person(world), signed_in(world.viewer())
    on = programme(world)
    address = f"/people/{person}/support/"
    assert "Nobody supports Rosa Marden now" in text(here, address)
    first = {"from_on_day": "1", "from_on_month": "2", "from_on_year": "2026"}
    given = {"intervention": f"{on} advice", **first}
    assert here.post(f"{address}begin/", given).status_code == 302
    assert "The council supports Rosa Marden" in text(here, address)
    assert "with you" not in text(here, address)
    assert "helps them with this already" in here.post(f"{address}begin/", given).content.decode()
    pk = Support.objects.get().pk
    here.post(f"{address}{pk}/end/", {"last_on_day": "20", "last_on_month": "2", "last_on_year": "2026"})
    assert "20 February 2026" in text(here, address)
    assert 'value="20"' in text(here, f"{address}{pk}/correct/")
    last = {"last_on_day": "21", "last_on_month": "2", "last_on_year": "2026"}
    here.post(f"{address}{pk}/correct/", {"intervention": f"{on} coaching", **first, **last})
    new = Support.objects.latest("pk").pk
    here.post(f"{address}{new}/withdraw/", {"why": "Another person"})
    assert "withdrawn. Another person" in text(here, address)
    there = signed_in(world.viewer("nhs"))
    assert there.get(address).status_code == 404


def test_a_case_is_closed_on_its_page(world: World, signed_in: Signed) -> None:
    person, by = make_person(world), world.viewer()
    here, pk = signed_in(by), supported(world, person)
    address = f"/people/{person}/close/"
    assert f'href="{address}"' in text(here, f"/people/{person}/")
    told = text(here, address)
    assert "The case cannot be closed yet" in told
    assert "You support them: end the support first. Advice, since 11 January 2026." in told
    end_support(by=by, at=AT, person=person, support=pk, to_on=AT.date())
    assert "Close the case with The council?" in text(here, address)
    assert here.post(address, {"why": "They work now"}).status_code == 302
    assert here.get(f"/people/{person}/").status_code == 404
    assert not relations_to(person, by)


def test_pathways_are_seen_put_in_force_and_downloaded(world: World, signed_in: Signed) -> None:
    assert world.programme
    analyst, worker = signed_in(world.viewer(role=Role.ANALYST)), signed_in(world.viewer())
    address = f"/pathways/{world.programme.pk}/"
    assert "Together into work has no pathway yet" in text(worker, address)
    assert worker.get(f"{address}file/").status_code == 404
    broken = PATHWAY.replace('name = "The charity"', 'name = "The choir"').replace(
        'name = "The provider"', 'name = "The council"'
    )
    told = analyst.post(f"{address}change/", {"file": SimpleUploadedFile("a.toml", broken.encode())})
    assert told.status_code == 422
    for words in ("it has 2 faults", "The choir", "the name of an organisation here", "one provider, one organisation"):
        assert words in told.content.decode().replace("&#x27;", "'"), words
    assert not PathwayFile.objects.exists()
    sent_ = analyst.post(f"{address}change/", {"file": SimpleUploadedFile("a.toml", PATHWAY.encode())})
    assert sent_.status_code == 302
    assert pathway_of(world.programme.pk)
    again = analyst.post(f"{address}change/", {"file": SimpleUploadedFile("a.toml", PATHWAY.encode())})
    assert "in force already" in again.content.decode()
    seen = text(worker, address)
    for words in ("has 7 stages", "Barriers removed and Supported into work", "8 areas of life", "Job coaching"):
        assert words in seen, words
    assert "Put another file in force" not in seen
    answer = worker.get(f"{address}file/")
    assert (answer.content, answer["Content-Disposition"]) == (PATHWAY.encode(), 'attachment; filename="together.toml"')
    assert "1 programme runs" in text(worker, "/pathways/")
    assert worker.post(f"{address}change/", {}).status_code == 403


def test_no_page_of_a_journey_asks_more_than_a_dozen_times(world: World, signed_in: Signed) -> None:
    person, here = begun(world), signed_in(world.viewer())
    for days, stage in enumerate(("engaged", "supported", "in_work", "sustained")):
        move(world, person, stage, 60 - days * 10)
    supported(world, person)
    supported(world, person, intervention="coaching")
    read(world, person, skills=2)
    on, last = programme(world), Move.objects.latest("pk").pk
    pages = {
        "person": lambda: here.get(f"/people/{person}/"),
        "journey": lambda: here.get(f"/people/{person}/journey/"),
        "move": lambda: here.get(f"/people/{person}/journey/{on}/move/"),
        "correct": lambda: here.get(f"/people/{person}/journey/moves/{last}/correct/"),
        "support": lambda: here.get(f"/people/{person}/support/"),
        "close": lambda: here.get(f"/people/{person}/close/"),
        "pathways": lambda: here.get("/pathways/"),
        "pathway": lambda: here.get(f"/pathways/{on}/"),
    }
    assert dear(pages) == ""
