"""Every page of the platform, for every role and every relation to what it is about, answers as the table says."""

import logging
from collections.abc import Callable, Iterator
from itertools import product
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from commongoal.access.engine.permissions import STAFF, Relation, Role, Viewer, relations_allowing
from commongoal.access.models import User
from commongoal.access.queries.keys import key_ring
from commongoal.config import urls
from commongoal.people.models import Person
from commongoal.web.routes import ROUTES
from commongoal.web.routing import Request, Route, as_pattern
from tests.platform.matrix import (
    BESIDE,
    HERE,
    MISSING_ID,
    PARTS,
    ROOTS,
    SEEN_BY_ALL,
    Answer,
    Scene,
    Standing,
    address,
    ask,
    due,
    given,
    text,
    told,
)
from tests.platform.world import AT, World

METHODS = ("GET", "POST")
GUARDED = [route for route in ROUTES if not route.public]
# Buttons of another page: asked for by GET they send on to it whatever the ids, and that page looks at them.
SENDS_ON = {"change_partners", "check_service", "look_at_override"}
SignIn = Callable[[Viewer], Client]


def named(routes: list[Route]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("route", routes, ids=[route.name for route in routes])


@pytest.fixture
def scene(world: World, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(
        logging.getLogger("django.request"), "disabled", True
    )  # thousands of refusals, all of them wanted
    return Scene(world)


def example(route: Route, scene: Scene, viewer: Viewer, standing: Standing | None) -> tuple[int, ...]:
    """Ids for an address: the first stands so to the viewer, each next one hangs on the one before."""
    if not route.about:
        return ()
    assert route.about[0] in ROOTS, f"{route.name}: tests/platform/matrix.py makes no {route.about[0]}"
    ids = [scene.root(route.about[0], standing or Standing.OWN, viewer)]
    for kind in route.about[1:]:
        assert kind in PARTS, f"{route.name}: tests/platform/matrix.py makes no {kind} of a {route.about[0]}"
        ids.append(MISSING_ID if ids[0] == MISSING_ID else scene.part(kind, ids[-1], viewer))
    return tuple(ids)


def standings(route: Route, role: Role) -> tuple[Standing | None, ...]:
    """All of them where the role ever does this; one is enough where it never does, for the guard looks at no id."""
    if not route.about:
        return (None,)
    assert route.about[0] in ROOTS, f"{route.name}: tests/platform/matrix.py makes no {route.about[0]}"
    every = ROOTS[route.about[0]][0]
    return every if relations_allowing(role, route.verb) else (every[0], Standing.MISSING)


def cells(route: Route, scene: Scene, role: Role) -> Iterator[tuple[Viewer, Standing | None, tuple[int, ...]]]:
    viewer = scene.world.viewer(HERE, role)
    if role is Role.RESIDENT:
        scene.root("person", Standing.SELF, viewer)
    for standing in standings(route, role):
        yield viewer, standing, example(route, scene, viewer, standing)


def walked(route: Route, scene: Scene, signed_in: SignIn) -> tuple[list[str], dict[str, set[Answer | None]]]:
    """A page asked for by every role in every standing: what was wrong, and which answers were due by each method."""
    faults: list[str] = []
    answered: dict[str, set[Answer | None]] = {method: set() for method in METHODS}
    for role in Role:
        client: Client | None = None
        nothing: dict[str, str] = {}
        # The id that nothing has comes first: what is out of reach must look like it.
        for viewer, standing, ids in sorted(
            cells(route, scene, role), key=lambda cell: cell[1] is not Standing.MISSING
        ):
            client = client or signed_in(viewer)
            client.raise_request_exception = False
            for method in METHODS:
                response = ask(client, method, address(route, ids))
                sent_on = method == "GET" and route.name in SENDS_ON and response.status_code == 302
                if response.status_code == 405 or sent_on:  # the same whatever the ids
                    answered[method].add(None)
                    continue
                found, expected = given(response), due(route, role, standing)
                answered[method].add(expected)
                place = f"{method} {route.name}, {role}, {standing or 'no id'}"
                if found is Answer.REFUSED and expected is Answer.HIDDEN and SEEN_BY_ALL & set(route.about):
                    continue
                if found != expected:
                    faults.append(f"{place}: {found}, not {expected}")
                if expected is Answer.HIDDEN and text(response) != nothing.setdefault(method, text(response)):
                    other = set(text(response).splitlines()) ^ set(nothing[method].splitlines())
                    faults.append(f"{place}: not the page of what does not exist: {sorted(other)[:2]}")
                faults += [f"{place}: {fault}" for fault in told(scene, route, viewer, response)]
    return faults, answered


@named(GUARDED)
def test_the_page_answers_each_role_and_relation_as_the_table_says(
    scene: Scene, signed_in: SignIn, route: Route
) -> None:
    faults, answered = walked(route, scene, signed_in)
    assert faults == []
    # Somebody is let in by one method or the other, and a method that is refused is refused to everybody who may come.
    assert Answer.OPEN in answered["GET"] | answered["POST"], "nobody at all reaches it"
    assert all(None not in found or not found & {Answer.OPEN, Answer.HIDDEN} for found in answered.values())


def careless(request: Request, person: int) -> HttpResponse:
    """A page as it must not be: it shows whoever is asked for, to whoever asks, and notes nothing."""
    shown = Person.objects.get(pk=person)
    return HttpResponse(f"{shown.first_name} {shown.last_name} {key_ring().open(shown.ni_sealed or b'')}")


def test_a_planted_hole_is_found(scene: Scene, signed_in: SignIn, settings: Any) -> None:
    route = Route("planted/<int:person>/", careless, "planted", verb="read person", about=("person",))
    planted = ModuleType("planted")
    planted.__dict__.update({**vars(urls), "urlpatterns": [*urls.urlpatterns, as_pattern(route)]})
    settings.ROOT_URLCONF = planted
    faults, _ = walked(route, scene, signed_in)
    for wrong in (
        "GET planted, key worker, none: open, not hidden",
        "GET planted, key worker, missing: 500",
        "GET planted, manager, restricted: names a person who is restricted to the viewer",
        "POST planted, key worker, own: shows an NI number",
        "GET planted, data protection, own: names a person (own) and notes no reading",
    ):
        assert any(fault.startswith(wrong) for fault in faults), (wrong, faults)
    assert not any("analyst" in fault for fault in faults)  # the guard itself refuses those


@named([route for route in GUARDED if len(route.about) > 1])
def test_ids_in_an_address_belong_together(scene: Scene, signed_in: SignIn, route: Route) -> None:
    role = next(role for role in Role if relations_allowing(role, route.verb) - {Relation.SELF})
    viewer = scene.world.viewer(HERE, role)
    best = next(one for one in ROOTS[route.about[0]][0] if due(route, role, one) is Answer.OPEN)
    ids = example(route, scene, viewer, best)
    maker = ROOTS[route.about[0]][1]
    other = next(pk for one in (best, Standing.NONE) if (pk := maker(scene, one, viewer)) != ids[0])
    client = signed_in(viewer)
    of_another = [] if route.about[1] in BESIDE else [(other, *ids[1:])]
    for method in METHODS:
        for wrong in (*of_another, (*ids[:-1], MISSING_ID)):
            if method == "GET" and route.name in SENDS_ON:
                continue
            response = ask(client, method, address(route, wrong))
            assert response.status_code in {404, 405}, f"{method} {wrong}"


def test_who_is_not_signed_in_goes_to_sign_in(scene: Scene, client: Client) -> None:
    faults = []
    for route, method in product(GUARDED, METHODS):
        response = ask(client, method, address(route, nothing_for(route)))
        if response.status_code != 302 or not response["Location"].startswith(reverse("account_login")):
            faults.append(f"{method} {route.name}")
    assert faults == []


def test_staff_without_a_one_time_code_and_strangers_get_no_further(scene: Scene, client: Client) -> None:
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    nobody = User.objects.create(email="nobody@example.org", name="N", created_at=AT, password=make_password(None))
    staff = [scene.world.viewer(HERE, role).user for role in (Role.KEY_WORKER, Role.ADMINISTRATOR)]
    faults = []
    for user, place in {**dict.fromkeys(staff, "mfa_activate_totp"), nobody.pk: "no_membership"}.items():
        client.force_login(User.objects.get(pk=user), backend=backend)
        for route, method in product(GUARDED, METHODS):
            response = ask(client, method, address(route, nothing_for(route)))
            if (response.status_code, response.get("Location")) != (302, reverse(place)):
                faults.append(f"{method} {route.name}, {place}")
    assert faults == []


def test_a_form_sent_from_elsewhere_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("django.security.csrf"), "disabled", True)
    client = Client(enforce_csrf_checks=True)
    faults = []
    for route in ROUTES:
        if route.about and route.public:
            continue
        response = client.post(address(route, nothing_for(route)), {})
        faults += [] if response.status_code in {403, 405} else [route.name]
    assert faults == []


def nothing_for(route: Route) -> tuple[int, ...]:
    return tuple(MISSING_ID for _ in route.about)


@named([route for route in ROUTES if route.public and "<" not in route.address])
def test_a_public_page_needs_nobody_and_tells_of_nobody(scene: Scene, client: Client, route: Route) -> None:
    for standing in (Standing.OWN, Standing.NONE):
        scene.root("person", standing, scene.world.viewer())
    response = ask(client, "GET", address(route, ()))
    assert response.status_code in {200, 302, 404, 405, 410}, route.name
    assert "Zzquade" not in text(response)


def test_every_role_is_asked(world: World) -> None:
    assert len(Role) == 10
    assert STAFF | {Role.RESIDENT, Role.EMPLOYER} == set(Role)
    assert resolve("/").url_name in {route.name for route in ROUTES}
