"""How quick the pages are with 100,000 people and a million notes, beside the same pages with 1,000 people.

`make bench-pages` builds both partnerships in a throw-away PostgreSQL, serves each with one gunicorn worker of one
thread, and lets wrk ask both for each page in turn, one request at a time, as one signed-in key worker (an analyst
where it is about value). The time of a page is the processor time of server and database together, which moves little
with what else the machine does; a redirect or a fault counts as a failure. The last line is one JSON object.
"""

import argparse
import datetime as dt
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commongoal.config.demonstration")
SMALL, LARGE = 1_000, 100_000
LIMITS = {"queries": 12, "cpu_ms": 15.0, "ratio": 1.3}
SECONDS, ROUNDS, CONNECTIONS = 3, 3, 1
TOKEN = "c" * 32  # the secret of the form token, the same in cookie and form
TICKS = os.sysconf("SC_CLK_TCK")
LUA = Path(__file__).with_suffix(".lua")


@dataclass(frozen=True)
class Asked:
    """One request of a page, as a user."""

    method: str
    path: str
    fields: tuple[tuple[str, str], ...] = ()
    by: int = 1

    @property
    def line(self) -> str:
        body = urlencode((*self.fields, ("csrfmiddlewaretoken", TOKEN))) if self.method == "POST" else ""
        return f"{self.method}\t{self.path}\t{body}"


def pages(made: Any, run: int) -> dict[str, list[Asked]]:
    """What to ask for, by the name of the page: many people, many searches, so that nothing is a page cached."""
    from django.urls import reverse
    from pages_pathway_data import ANALYST, ASSESSED

    few = made.people[:200]

    def about(route: str, *more: object, people: tuple[int, ...] = few) -> list[Asked]:
        return [Asked("GET", reverse(route, args=[person, *more])) for person in people]

    def value(route: str) -> list[Asked]:
        return [Asked("GET", reverse(route, args=[run]), by=ANALYST)]

    return {
        "today": [Asked("GET", reverse("today"))],
        "people search": [Asked("POST", reverse("people"), (("q", words),)) for words in made.searches[:200]],
        "person": about("person"),
        "referral list": [Asked("GET", reverse("referrals_in")), Asked("GET", reverse("referrals_out"))],
        "referral form": about("send_referral"),
        "assessments": about("assessments"),
        "assessment": [Asked("GET", reverse("assessment", args=[one, ASSESSED * one])) for one in few],
        "assessment form": about("assess_on", 1, people=few[:50]),
        "plan": about("plan"),
        "caseload": [Asked("GET", reverse("caseload"))],
        "checkpoints": about("jobs"),
        "value": value("value_run"),
        "value by provider": value("value_credit"),
        "who gains": value("value_sharing"),
    }


def cookie(user: int) -> str:
    """A session of that user, past password and one-time code."""
    from allauth.mfa.totp.internal.auth import TOTP
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    who = get_user_model().objects.get(pk=user)
    TOTP.activate(who, "JBSWY3DPEHPK3PXP")
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session.pop("without code", None)
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


def queries(asked: Asked, cookies: dict[int, str]) -> int:
    """How many queries one request makes, the session's and the access rows' included."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"cookie": cookies[asked.by]})
    fields = dict(asked.fields)
    client.get(asked.path)  # whatever is read once in the life of a process
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.get(asked.path) if asked.method == "GET" else client.post(asked.path, fields)
    if answer.status_code != 200:
        raise SystemExit(f"{asked.method} {asked.path} answered {answer.status_code} {answer.get('Location', '')}")
    return sum(
        not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for query in seen.captured_queries
    )


def ticks(pid: int) -> int:
    """Processor time of a process so far, in clock ticks; of one that is gone, none."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(words[11]) + int(words[12])


def children(parent: int) -> list[int]:
    """The processes that a process started."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def backends(database: str) -> list[int]:
    """The processes of the database that talk to the server, and none of this program."""
    from django.db import connection

    with connection.cursor() as cursor:
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        cursor.execute(asked, [database])
        return [pid for (pid,) in cursor.fetchall()]


def answering(address: str) -> None:
    """Waits for the first answer: the socket listens long before the worker has loaded."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server does not answer")


@contextmanager
def serving(database: str) -> Iterator[tuple[str, int]]:
    """The site with one worker over a database; its address, and the worker's process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "commongoal.config.wsgi", f"--bind=127.0.0.1:{port}", "--workers=1",
               "--worker-class=gthread", "--threads=1", "--log-level=warning"]  # fmt: skip
    server = subprocess.Popen(command, env=os.environ | {"COMMONGOAL_DATABASE": database})
    try:
        answering(f"http://127.0.0.1:{port}/about/")
        yield f"http://127.0.0.1:{port}", children(server.pid)[0]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def load(site: "Site", page: str, seconds: int) -> dict[str, Any]:
    """wrk's answer for one page."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as listed:
        listed.write("".join(f"{one.line}\n" for one in site.asked[page]))
        listed.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(LUA), site.address]
        environment = os.environ | {"REQUESTS": listed.name, "COOKIE": site.cookies[site.asked[page][0].by]}
        found = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return dict(json.loads(found.stdout.rpartition("JSON ")[2]))


def measured(site: "Site", page: str, seconds: int) -> dict[str, Any]:
    """One page under load: speed, and processor time of server and database for one answer."""
    database = backends(site.database)
    before = ticks(site.worker), sum(map(ticks, database))
    found = load(site, page, seconds)
    spent = ticks(site.worker) - before[0], sum(map(ticks, database)) - before[1]
    python, sql = (1000 * each / TICKS / max(1, found["requests"]) for each in spent)
    return {
        "per_second": found["requests"] / found["seconds"],
        "per_core_second": 1000 / max(python + sql, 0.01),
        "p50_ms": found["p50"],
        "p95_ms": found["p95"],
        "cpu_ms": python + sql,
        "database_ms": sql,
        "wrong": found["wrong"],
    }


@contextmanager
def built(people: int) -> Iterator[Any]:
    """A database of its own with so many people, as this program's and, by its address, as the server's."""
    from django.core.management import call_command
    from django.db import connection
    from pages_data import make
    from pages_pathway_data import ANALYST, make_pathway_steps

    name = f"pages_{people}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    whole = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0, interactive=False)
    began = time.monotonic()
    today = dt.datetime.now(dt.UTC).date()
    made = make(people, today)
    asked = pages(made, make_pathway_steps(people, today))
    print(f"{people:,} people made in {time.monotonic() - began:.0f} s", flush=True)
    cookies = {user: cookie(user) for user in (made.user, ANALYST)}
    counts = {page: max(queries(one, cookies) for one in each[:5]) for page, each in asked.items()}
    connection.close()
    address = urlsplit(os.environ["COMMONGOAL_DATABASE"])._replace(path=f"/{name}").geturl()
    with serving(address) as (site, worker):
        yield Site(name, site, worker, cookies, asked, counts)
    connection.settings_dict["NAME"] = whole


@dataclass
class Site:
    """One size served: its database, address and process, and what is asked of it."""

    database: str
    address: str
    worker: int
    cookies: dict[int, str]
    asked: dict[str, list[Asked]]
    queries: dict[str, int]


def compared(small: Site, large: Site, page: str, seconds: int) -> list[dict[str, Any]]:
    """One page at both sizes, in turn and several times over, so that a busy machine slows both alike; the medians."""
    sites = (small, large)
    for site in sites:
        load(site, page, 1)  # connections, templates and plans are made
    rounds = [[measured(site, page, seconds) for site in sites] for _ in range(ROUNDS)]
    found = []
    for place, site in enumerate(sites):
        each = [measures[place] for measures in rounds]
        middle = {name: round(statistics.median(one[name] for one in each), 2) for name in each[0]}
        found.append(middle | {"queries": site.queries[page]})
        print(f"  {page:<17} {site.database:<13} {found[-1]}", flush=True)
    return found


def faults(small: dict[str, Any], large: dict[str, Any]) -> list[str]:
    """Which page is over which limit."""
    found = []
    for name, page in large.items():
        page["ratio"] = round(page["cpu_ms"] / small[name]["cpu_ms"], 2)
        found += [f"{name}: {what} {page[what]}, limit {limit}" for what, limit in LIMITS.items() if page[what] > limit]
        found += [f"{name}: {each['wrong']} answers were no page" for each in (small[name], page) if each["wrong"]]
    return found


def main() -> int:
    """Build, measure, print the JSON line; 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=LARGE)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    args = parser.parse_args()
    if not os.environ.get("COMMONGOAL_DATABASE", "").startswith("postgres"):
        raise SystemExit("run it with scripts/with-postgres")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COMMONGOAL_DATA"] = folder
        import django

        django.setup()
        from django.core.management import call_command

        call_command("collectstatic", verbosity=0, interactive=False)
        with built(SMALL) as small, built(args.people) as large:
            names = [name for name in small.asked if args.only in name]
            both = {name: compared(small, large, name, args.seconds) for name in names}
    sizes = [{name: found[place] for name, found in both.items()} for place in (0, 1)]
    wrong = faults(*sizes)
    line = {"name": "pages", "people": args.people, "notes": 10 * args.people, "limits": LIMITS, "ok": not wrong,
            "faults": wrong, "pages": sizes[1], "with_1000_people": sizes[0], "cores": os.cpu_count()}  # fmt: skip
    print(json.dumps(line))
    return 0 if not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
