"""A real installation's settings pass Django's own checks, the demonstration's do not; every page obeys the policy."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from commongoal.access.engine.permissions import Role, Viewer
from commongoal.web.routes import ROUTES
from tests.platform.world import World

REAL = {
    "COMMONGOAL_SECRET": "k9!dQ2#vXm7$wLp4^zRt8&bNc3*hJf6(gSy1)eUa5_iOo0-TqWe",
    "COMMONGOAL_KEYS": "5f" * 32,
    "COMMONGOAL_BLIND_KEY": "a7" * 32,
    "COMMONGOAL_HOSTS": "goal.example.org",
}


def manage(*arguments: str, environment: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMMONGOAL", "DJANGO"))}
    return subprocess.run(
        [sys.executable, str(root / "manage.py"), *arguments],
        env={**kept, "COMMONGOAL_DATA": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_settings_of_a_real_installation_pass_every_check(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", environment=REAL, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_demonstration_is_refused_as_a_real_installation(tmp_path: Path) -> None:
    environment = {"DJANGO_SETTINGS_MODULE": "commongoal.config.demonstration"}
    done = manage("check", "--deploy", environment=environment, folder=tmp_path)
    assert done.returncode != 0
    assert "commongoal.E001" in done.stderr


@pytest.mark.parametrize("missing", REAL)
def test_nothing_starts_without_its_secrets_and_none_is_told(tmp_path: Path, missing: str) -> None:
    environment = {name: value for name, value in REAL.items() if name != missing}
    done = manage("check", environment=environment, folder=tmp_path)
    assert done.returncode != 0
    assert f"{missing} is not set" in done.stderr
    assert not any(value in done.stdout + done.stderr for value in REAL.values())


def test_cookies_and_transport_of_a_real_installation(tmp_path: Path) -> None:
    names = (
        "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY",
        "SECURE_SSL_REDIRECT", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_CONTENT_TYPE_NOSNIFF",
    )  # fmt: skip
    code = (
        f"from django.conf import settings as s; assert all(getattr(s, n) for n in {names!r});"
        "assert s.SECURE_HSTS_SECONDS >= 31536000; assert s.SESSION_COOKIE_NAME.startswith('__Host-');"
        "assert s.SESSION_COOKIE_SAMESITE == 'Lax'; assert not s.DEBUG; assert not s.DEMONSTRATION;"
        "print('as it should')"
    )
    done = manage("shell", "--no-imports", "-c", code, environment=REAL, folder=tmp_path)
    assert "as it should" in done.stdout, done.stderr


class Faults(HTMLParser):
    """What a page must not hold: style or script of its own, handlers, addresses elsewhere."""

    LOADS: Mapping[str, str] = {
        "script": "src", "link": "href", "img": "src", "iframe": "src", "form": "action", "source": "src",
        "object": "data", "embed": "src", "video": "src", "audio": "src", "use": "href",
    }  # fmt: skip

    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce, self.found = nonce, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or "style" in given:
            self.found.append(f"style in {tag}")
        if any(name.startswith("on") for name in given):
            self.found.append(f"handler in {tag}")
        if tag == "script" and given.get("nonce") != self.nonce:
            self.found.append("script without the nonce")
        address = given.get(self.LOADS.get(tag, ""), "") or ""
        if re.match(r"(https?:)?//", address) or address.startswith("javascript:"):
            self.found.append(f"{tag} from {address}")


def faults(page: str, policy: str) -> list[str]:
    nonce = re.search(r"'nonce-([^']+)'", policy)
    parser = Faults(nonce.group(1) if nonce else "")
    parser.feed(page)
    return parser.found


def check_page(client: Client, address: str) -> int:
    answer = client.get(address)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy, address
    assert "http" not in policy, address
    assert "default-src 'none'" in policy, address
    if answer["Content-Type"].startswith("text/html"):
        assert faults(answer.content.decode(), policy) == [], address
    return int(answer.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_page_obeys_the_policy(world: World, signed_in: Callable[[Viewer], Client], role: str) -> None:
    client = signed_in(world.viewer("council", Role(role)))
    seen = [check_page(client, reverse(route.name)) for route in ROUTES if not route.about]
    assert seen.count(200) >= 5
    assert 500 not in seen


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["account_login", "account_reset_password", "mfa_activate_totp", "account_change_password"]
)
def test_the_pages_of_sign_in_obey_the_policy(world: World, signed_in: Callable[[Viewer], Client], name: str) -> None:
    check_page(Client(), reverse(name))
    check_page(signed_in(world.viewer("council", Role.RESIDENT)), reverse(name))


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color:red">', "<style>p{}</style>", '<button onclick="x()">', "<script>x()</script>",
        '<img src="https://elsewhere.example/a.png">', '<link href="//elsewhere.example/a.css">',
        '<form action="https://elsewhere.example/">', '<script nonce="n" src="https://elsewhere.example/a.js">',
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(planted: str) -> None:
    assert faults(planted, "script-src 'nonce-n'") != []
    assert faults('<script nonce="n" src="/static/a.js"></script>', "script-src 'nonce-n'") == []


def test_cookies_of_the_tests_are_named_apart_from_the_real_ones() -> None:
    assert not settings.SESSION_COOKIE_NAME.startswith("__Host-")
