"""Every page that any role can open, as it comes and as it answers an empty form: accessible, and never wider than a
narrow screen. What is the same for two roles is looked at once."""

import re

import pytest
from tests.journeys.browser import DESK, NARROW, sideways, violations, walked
from tests.platform.matrix import PARTS, ROOTS, Answer, Scene, Standing, due
from tests.platform.world import make_world

from commongoal.access.engine.permissions import Role
from commongoal.web.routes import ROUTES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHANGING = re.compile(
    r'(nonce|value|href|action|for|id|name)="[^"]*"|\d+'
    r'|<nav aria-label="Menu".*?</nav>|<ul class="cg-tabs cg-tabs--section">.*?</ul>',
    re.DOTALL,
)


WORKERS, KEEPERS = (Role.KEY_WORKER, Role.MANAGER), (Role.DATA_PROTECTION, Role.ADMINISTRATOR)
OTHERS = tuple(role for role in Role if role not in WORKERS + KEEPERS)


@pytest.mark.parametrize("roles", [WORKERS, KEEPERS, OTHERS], ids=["workers", "keepers", "others"])
def test_every_page_of_every_role(site, roles: tuple[Role, ...]) -> None:
    scene, page, seen, faults = Scene(site.world), site.page(), set(), []
    for role in roles:
        viewer = site.world.viewer("council", role)
        client = site.client(viewer)
        for route in ROUTES:
            if (address := _address(scene, route, viewer, role)) is None:
                continue
            for method in ("GET", "POST"):
                answer = _asked(client, method, address)
                if not _is_page(answer) or (alike := _alike(answer)) in seen:
                    continue
                seen.add(alike)
                found = _faults(site, page, address, answer)
                faults += [f"{method} {route.name} ({role}): {fault}" for fault in found]
    assert len(seen) > len(roles)
    assert not faults, "\n".join(faults)


def test_every_page_has_somebody_who_opens_it(db) -> None:
    world = make_world()
    scene = Scene(world)
    reached = {
        route.name
        for role in Role
        for route in ROUTES
        if _address(scene, route, world.viewer("council", role), role) is not None
    }
    by_word_alone = {route.name for route in ROUTES if route.public and route.about}  # a colour, an invitation
    assert {route.name for route in ROUTES} - reached - by_word_alone == set()


def _address(scene, route, viewer, role) -> str | None:
    """The address of one thing that the role may open; None where the role has no such page."""
    from django.urls import reverse

    if not route.about or route.public:
        return None if route.about else (reverse(route.name) if route.public or _open(route, role, None) else None)
    kind, *parts = route.about
    if kind not in ROOTS or any(part not in PARTS for part in parts):
        return None
    standing = next((each for each in ROOTS[kind][0] if _open(route, role, each)), None)
    if standing is None:
        return None
    ids = [scene.root(kind, standing, viewer)]
    for part in parts:
        ids.append(scene.part(part, ids[-1], viewer))
    return reverse(route.name, args=ids)


def _open(route, role, standing: Standing | None) -> bool:
    return due(route, role, standing) is Answer.OPEN


def _is_page(answer) -> bool:
    return answer.status_code in (200, 409) and answer.get("Content-Type", "").startswith("text/html")


def _alike(answer) -> str:
    """What is between the frame (a page to print has none), without what differs from one thing to the next."""
    body = answer.content.decode("utf-8", "replace")
    if "</header>" not in body:
        return CHANGING.sub("", body)
    return CHANGING.sub("", body[body.index('<div class="govuk-width-container">', body.index("</header>")) :])


def _asked(client, method: str, address: str):
    """One request whose changes are not kept."""
    from django.db import transaction

    with transaction.atomic():
        answer = client.get(address) if method == "GET" else client.post(address, {})
        transaction.set_rollback(True)
    return answer


def _faults(site, page, address: str, answer) -> list[str]:
    """What is wrong with the page, drawn by the browser at the address it came from."""
    url = site.address + address
    headers = {name: value for name, value in answer.items() if name not in ("Content-Length", "Location")}
    page.route(url, lambda route: route.fulfill(status=200, headers=headers, body=answer.content))
    page.complaints.clear()
    page.set_viewport_size({"width": DESK, "height": 900})
    page.goto(url)
    found = violations(page) + [f"the browser says {text}" for text in page.complaints]
    unreached, unseen = walked(page, "main")
    found += [f"no key reaches {what}" for what in unreached] + [f"the focus is not seen on {what}" for what in unseen]
    page.set_viewport_size({"width": NARROW, "height": 900})
    found += ["it must be scrolled sideways"] if sideways(page) else []
    page.unroute(url)
    return found
