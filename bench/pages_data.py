"""A big invented partnership written straight into the tables, for `bench/pages.py`: PostgreSQL only, by COPY.

The caseload of the viewer, and what waits for them, is the same whatever the number of people, so that a page at 1,000
people and at 100,000 has the same to show. Equal arguments give equal tables. Nobody in it exists.
"""

import datetime as dt
import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import NOT_PROVIDED

from commongoal.access.models import (
    ControllerRole,
    LawfulBasis,
    Membership,
    Organisation,
    Partnership,
    Programme,
    User,
)
from commongoal.pathway.models import EligibilityAnswers, Participation, Referral, ReferralEvent
from commongoal.people.engine.details import PersonDetails
from commongoal.people.engine.search import keys_of, spelling_keys
from commongoal.people.models import Agreement, Holding, Note, Person, SearchPart, Spelling, Worker

SEED = 41
NOTES_EACH = 10
KINDS = ("council", "jobcentre", "nhs", "housing", "college", "provider", "voluntary")
ORGANISATIONS, STAFF_EACH, CASELOAD = 20, 20, 60
DAYS = 700
CLASSES = ["contact", "identity", "progress"]
TEXT = "Met in town. The bus to the interview is arranged and the CV is nearly done."
FIRST = [
    "Aisha", "Alan", "Amy", "Andrew", "Anna", "Ben", "Carol", "Chloe", "Chris", "Daniel", "David", "Dawn", "Debbie",
    "Ella", "Emma", "Fatima", "Gary", "George", "Grace", "Hannah", "Harry", "Ian", "Jack", "Jade", "James", "Jane",
    "Jean", "Joan", "John", "Jordan", "Julie", "Karen", "Katie", "Kevin", "Kyle", "Laura", "Leah", "Liam", "Linda",
    "Lisa", "Lucy", "Luke", "Maria", "Mark", "Mary", "Megan", "Michael", "Mohammed", "Molly", "Natalie", "Nicola",
    "Nigel", "Olivia", "Owen", "Paul", "Peter", "Rachel", "Rebecca", "Richard", "Robert", "Rosa", "Ruth", "Ryan",
    "Sam", "Sarah", "Sean", "Sharon", "Simon", "Sofia", "Sophie", "Stephen", "Steven", "Susan", "Tom", "Tracy",
    "Wayne", "Wendy", "Yusuf", "Zoe",
]  # fmt: skip
STEMS = [
    "Ash", "Bar", "Black", "Brad", "Brook", "Burn", "Cart", "Clay", "Cool", "Cross", "Dal", "Dun", "East", "Elm",
    "Far", "Field", "Ford", "Glen", "Gold", "Green", "Hal", "Ham", "Hart", "Hay", "Hill", "Holm", "Ing", "Kir",
    "Lang", "Law", "Led", "Lin", "Mar", "Mer", "Mid", "Mill", "Nor", "Oak", "Os", "Park", "Pem", "Pres", "Rad",
    "Ridge", "Row", "San", "Shaw", "Stan", "Stew", "Sut", "Thorn", "Tur", "Wal", "War", "Wat", "Web", "Wes",
    "White", "Wil", "Win", "Wood", "York",
]  # fmt: skip
ENDS = [
    "bury", "by", "cott", "den", "don", "field", "ford", "ham", "hurst", "ing", "ley", "low", "man", "more",
    "ridge", "shaw", "son", "stead", "ston", "ton", "wick", "wood", "worth",
]  # fmt: skip

# What `people.actions.waiting` keeps up with every contact.
HEARD = """
UPDATE people_worker SET last_contact_on = heard.day, quiet_since = GREATEST(quiet_since, heard.day)
FROM (SELECT person_id, MAX("on") AS day FROM people_note WHERE kind = 'contact' GROUP BY person_id) heard
WHERE heard.person_id = people_worker.person_id
"""


@dataclass(frozen=True)
class Made:
    """What the benchmark needs to know of what was made."""

    user: int
    membership: int
    people: tuple[int, ...]  # within the viewer's reach, first those of the viewer's own caseload
    searches: tuple[str, ...]
    referrals: tuple[int, ...] = ()


def fill(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> int:
    """Rows into a model's table; what a row leaves out has the field's default. Returns how many."""
    fields = [field for field in model._meta.concrete_fields if field.column]
    defaults = {field.attname: _default(field) for field in fields}
    names = [field.attname for field in fields]
    as_json = {field.attname for field in fields if isinstance(field, models.JSONField)}
    columns = ", ".join(f'"{field.column}"' for field in fields)
    count = 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as copy:
        for count, row in enumerate(rows, 1):
            values = defaults | {"id": count} | row
            copy.write_row([json.dumps(values[name]) if name in as_json else values[name] for name in names])
    return count


def _default(field: models.Field[Any, Any]) -> Any:
    if field.default is not NOT_PROVIDED:
        return field.get_default()
    if field.null or field.primary_key:
        return None
    return "" if isinstance(field, models.CharField | models.TextField) else None


def settle(*tables: type[models.Model]) -> None:
    """Counters after the rows that were written with their ids, and fresh statistics for the planner."""
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")


def moment(draw: random.Random, today: dt.date) -> dt.datetime:
    day = today - dt.timedelta(days=1 + draw.randrange(DAYS))
    return dt.datetime(day.year, day.month, day.day, 9 + draw.randrange(8), draw.randrange(60), tzinfo=dt.UTC)


def make_partnership(today: dt.date) -> None:
    """Organisations, their staff, one programme and the basis on which all of them work."""
    since = dt.date(today.year - 3, 4, 1)
    at = dt.datetime(since.year, 4, 1, tzinfo=dt.UTC)
    organisations = range(1, ORGANISATIONS + 1)
    fill(
        Organisation,
        (
            {"id": i, "name": f"Organisation {i}", "kind": KINDS[i % len(KINDS)], "phone": "01632 960000"}
            for i in organisations
        ),
    )
    staff = range(1, ORGANISATIONS * STAFF_EACH + 1)
    fill(
        User,
        (
            {"id": i, "email": f"staff{i}@example.org", "name": f"Staff {i}", "password": "!", "created_at": at}
            for i in staff
        ),
    )
    fill(
        Membership,
        (
            {
                "id": i, "user_id": i, "organisation_id": 1 + (i - 1) // STAFF_EACH,
                "role": "manager" if i % STAFF_EACH == 0 else "key worker", "from_on": since,
            }
            for i in staff
        ),
    )  # fmt: skip
    fill(Partnership, [{"id": 1, "name": "A partnership", "area_code": "E99000001", "area_name": "Everywhere"}])
    fill(
        Partnership.organisations.through, ({"id": i, "partnership_id": 1, "organisation_id": i} for i in organisations)
    )
    fill(
        Programme,
        [{"id": 1, "code": "together", "name": "Together into work", "accountable_body_id": 1, "from_on": since}],
    )
    basis = {"id": 1, "programme_id": 1, "purpose": "helping people into work", "article_6": "public task",
             "document": "Sharing protocol 2", "retention_months": 72, "from_on": since}  # fmt: skip
    fill(LawfulBasis, [basis])
    fill(
        ControllerRole,
        ({"id": i, "basis_id": 1, "organisation_id": i, "kind": "joint controller"} for i in organisations),
    )


def details(draw: random.Random) -> PersonDetails:
    """One invented person, common names being commoner."""
    skewed = int(len(STEMS) * draw.random() ** 2)
    return PersonDetails(
        first_name=draw.choice(FIRST),
        last_name=STEMS[skewed] + ENDS[int(len(ENDS) * draw.random() ** 1.5)],
        born_on=dt.date(1958, 1, 1) + dt.timedelta(days=draw.randrange(17_000)),
        postcode=f"ZZ{1 + draw.randrange(20)} {draw.randrange(10)}{draw.choice('ABDEFGHJ')}{draw.choice('LNPQRSTU')}",
        phone=f"01632 96{draw.randrange(10_000):04}",
    )


def home(person: int) -> int:
    """The organisation that works with a person; the viewer's has its caseload and its share of the others."""
    if person <= 2 * CASELOAD:  # the second lot is another organisation's, and all of it is referred to the viewer's
        return 1 if person <= CASELOAD else 2
    return 1 + person % ORGANISATIONS


def other(person: int) -> int:
    """The organisation that a person agreed to be known to, and may be referred to."""
    return 1 if CASELOAD < person <= 2 * CASELOAD else 1 + home(person) % ORGANISATIONS


def lane(person: int) -> tuple[str, str]:
    """Where a person's referral stands: status and lane. Those of the viewer wait; most of the others are closed."""
    if person <= 2 * CASELOAD or person % 20 == 1:
        return "sent", "waiting"
    return ("accepted", "accepted") if person % 20 == 3 else ("closed", "closed")


def worker(person: int) -> int:
    """The membership of a person's named worker; the viewer is the first of all."""
    if person <= CASELOAD:
        return 1
    return (home(person) - 1) * STAFF_EACH + 2 + (person // ORGANISATIONS) % (STAFF_EACH - 2)


def person_rows(people: int, today: dt.date) -> Iterator[tuple[int, PersonDetails, dt.datetime]]:
    draw = random.Random(SEED)
    for person in range(1, people + 1):
        yield person, details(draw), moment(draw, today)


def make_people(people: int, today: dt.date) -> tuple[str, ...]:
    """People, what they are found by, who holds them and who works with them; returns what to search for."""
    parts: set[str] = set()
    searches: list[str] = []
    rows: list[dict[str, Any]] = []
    keys: list[dict[str, Any]] = []
    for person, known, at in person_rows(people, today):
        rows.append(
            {
                "id": person,
                "first_name": known.first_name,
                "last_name": known.last_name,
                "born_on": known.born_on,
                "postcode": known.postcode,
                "phone": known.phone,
                "address": f"{person % 200} High Street",
                "contact_by": "phone",
                "added_by_id": home(person),
                "added_at": at,
            }
        )
        found = keys_of([known])
        keys += [{"person_id": person, "key": key} for key in sorted(found)]
        parts |= {key[2:] for key in found if key.startswith("n:")}
        if person % max(1, people // 200) == 1:
            searches.append(f"{known.first_name} {known.last_name} {known.born_on}")
            searches.append(f"{known.last_name[:-1]} {known.first_name}")
    fill(Person, rows)
    fill(SearchPart, keys)
    fill(Spelling, ({"key": key, "part": part} for part in sorted(parts) for key in sorted(spelling_keys(part))))
    fill(Holding, _holdings(rows))
    fill(
        Worker,
        (
            {
                "id": row["id"], "person_id": row["id"], "membership_id": worker(row["id"]),
                "organisation_id": home(row["id"]), "since_at": row["added_at"], "quiet_since": row["added_at"].date(),
            }
            for row in rows
        ),
    )  # fmt: skip
    fill(Agreement, _agreements(rows))
    return tuple(searches)


def _holdings(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        common = {"person_id": row["id"], "since_at": row["added_at"]}
        yield {**common, "organisation_id": row["added_by_id"], "relation": "own", "why": "They help you"}
        yield {
            **common, "organisation_id": other(row["id"]), "relation": "agreed", "why": "They agreed to share",
            "classes": CLASSES, "source": f"agreement {row['id']}",
        }  # fmt: skip


def _agreements(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            "person_id": row["id"], "from_organisation_id": row["added_by_id"],
            "to_organisation_id": other(row["id"]), "areas": ["work", "skills"], "classes": CLASSES,
            "given_how": "signed form", "document_version": "2", "from_on": row["added_at"].date(),
        }  # fmt: skip


def make_pathway(people: int, today: dt.date) -> None:
    """A referral a person with what became of it, eligibility answers, and a participation where it was taken."""
    draw = random.Random(SEED + 2)
    days = {person: moment(draw, today) for person in range(1, people + 1)}
    fill(Referral, (_referral(person, at) for person, at in days.items()))
    fill(ReferralEvent, _events(days))
    fill(EligibilityAnswers, (_eligibility(person, at) for person, at in days.items()))
    fill(Participation, (_participation(person, at) for person, at in days.items() if lane(person)[1] != "waiting"))


def _referral(person: int, at: dt.datetime) -> dict[str, Any]:
    status, where = lane(person)
    return {
        "id": person, "person_id": person, "programme_id": 1, "sender_id": home(person), "receiver_id": other(person),
        "sent_by_id": worker(person), "need": "work", "reason": "Wants to work with animals", "urgency": "routine",
        "classes": CLASSES, "sent": [["identity", "Name", f"Person {person}"]], "basis_id": 1, "agreement_id": person,
        "status": status, "lane": where, "sent_at": at, "sent_on": at.date(), "token": f"bench {person}",
        "answer_due_on": at.date() + dt.timedelta(days=7),
    }  # fmt: skip


def _events(days: dict[int, dt.datetime]) -> Iterator[dict[str, Any]]:
    for person, at in days.items():
        status, _ = lane(person)
        for one in ("sent", "received", "accepted", "closed"):
            by = worker(person) if one == "sent" else (other(person) - 1) * STAFF_EACH + 1
            yield {"referral_id": person, "status": one, "at": at, "on": at.date(), "membership_id": by}
            if one == status:
                break


def _eligibility(person: int, at: dt.datetime) -> dict[str, Any]:
    return {
        "person_id": person, "programme_id": 1, "organisation_id": home(person), "membership_id": worker(person),
        "on": at.date(), "at": at, "answers": {}, "verdicts": [], "outcome": "yes", "because": "Every rule is met.",
        "terms_version": dt.date(2026, 4, 1),
    }  # fmt: skip


def _participation(person: int, at: dt.datetime) -> dict[str, Any]:
    return {
        "person_id": person, "programme_id": 1, "organisation_id": other(person), "referral_id": person,
        "referred_on": at.date(),
    }  # fmt: skip


def make_notes(people: int, today: dt.date) -> int:
    """Ten dated notes a person."""
    draw = random.Random(SEED + 1)

    def rows() -> Iterator[dict[str, Any]]:
        for person in range(1, people + 1):
            for _ in range(NOTES_EACH):
                at = moment(draw, today)
                yield {"person_id": person, "membership_id": worker(person), "organisation_id": home(person),
                       "kind": draw.choice(("contact", "note")), "on": at.date(), "written_at": at,
                       "text": TEXT}  # fmt: skip

    count = fill(Note, rows())
    with connection.cursor() as cursor:
        cursor.execute(HEARD)
    return count


def make(people: int, today: dt.date) -> Made:
    """Everything; the database holds its tables already, empty."""
    make_partnership(today)
    searches = make_people(people, today)
    make_notes(people, today)
    make_pathway(people, today)
    settle(Organisation, User, Membership, Partnership, Programme, LawfulBasis, ControllerRole, Person, SearchPart,
           Spelling, Holding, Worker, Agreement, Note, Referral, ReferralEvent, EligibilityAnswers,
           Participation)  # fmt: skip
    mine = [person for person in range(1, people + 1) if home(person) == 1]
    return Made(user=1, membership=1, people=tuple(mine[:500]), searches=searches)
