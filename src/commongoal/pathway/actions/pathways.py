"""A programme's pathway put in force: a whole file, read and matched with the organisations here, or refused whole."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence

from commongoal.access.actions import acting
from commongoal.access.engine.permissions import Viewer
from commongoal.access.queries.sharing import every_organisation
from commongoal.access.queries.sharing import programme as programme_named
from commongoal.kernel.errors import BadInput, Problem, Refused
from commongoal.pathway.engine.programme import Body, Programme
from commongoal.pathway.engine.snapshots import comparison_named, stays_beside
from commongoal.pathway.models import Journey, PathwayFile
from commongoal.pathway.queries.pathways import read_pathway


class SamePathway(Refused):
    """This is the file that is in force already."""


class StagesInUse(Refused):
    """People stand at a stage that this file does not have; keep the stage, or move them first."""


def put_pathway(*, by: Viewer, at: dt.datetime, programme: int, content: bytes, file: str) -> int:
    """Put a file in force for a programme; returns its id. The one before it is kept.

    Raises `BadInput` with every fault, `SamePathway`, `StagesInUse`.
    """
    with acting("change pathways", by=by, at=at) as act:
        act.permit()
        programme_named(programme)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BadInput([Problem(file, 0, "", "", "text in UTF-8", "bad_encoding")]) from None
        read, _ = read_pathway(text, file)
        organisations = {name: pk for pk, name in every_organisation()}
        if problems := [*_fit_for_casework(read, file), *_strangers(read.providers, organisations, file)]:
            raise BadInput(problems)
        digest = hashlib.sha256(text.encode()).hexdigest()
        last = PathwayFile.objects.filter(programme_id=programme).order_by("-pk").first()
        if last is not None and last.digest == digest:
            raise SamePathway
        stages = {stage.id for stage in read.pathway.stages}
        standing = set(
            Journey.objects.filter(programme_id=programme, closed_at=None).values_list("stage", flat=True).distinct()
        )
        if gone := standing - stages - {"left", "ended"}:
            raise StagesInUse(f"They stand at: {', '.join(sorted(gone))}.")
        row = PathwayFile.objects.create(
            programme_id=programme,
            text=text,
            digest=digest,
            organisations={
                "providers": _matched(read.providers, organisations),
                "partners": _matched(read.partners, organisations),
            },
            membership_id=by.membership,
            at=at,
        )
        act.wrote("pathway file", row.pk, after={"programme": programme, "digest": digest, "file": file})
        return row.pk


def _fit_for_casework(read: Programme, file: str) -> Iterator[Problem]:
    """What a file may leave open for valuing a ledger, but not for helping people."""
    for number, area in enumerate(read.areas):
        if not area.words or not area.question:
            said = "a question and words for each level, so that it can be asked with the person"
            yield Problem(file, 0, f"areas.{number}", area.id, said, "area_without_words")
    comparison = comparison_named(read.valuation)
    if comparison and not stays_beside(comparison):
        said = "a folder beside the programme's snapshots, such as comparison"
        yield Problem(file, 0, "valuation.counterfactual.path", comparison, said, "comparison_elsewhere")


def _strangers(providers: Sequence[Body], organisations: Mapping[str, int], file: str) -> Iterator[Problem]:
    """Providers that are no organisation here, and two that are the same one."""
    seen: dict[str, str] = {}
    for number, body in enumerate(providers):
        name = body.organisation or body.name
        column = f"providers.{number}.organisation"
        if name not in organisations:
            yield Problem(file, 0, column, name, "the name of an organisation here, letter by letter", "no_such_body")
        elif name in seen:
            said = f"another organisation than that of {seen[name]!r}: one provider, one organisation"
            yield Problem(file, 0, column, name, said, "provider_twice")
        seen.setdefault(name, body.id)


def _matched(bodies: Sequence[Body], organisations: Mapping[str, int]) -> dict[str, int]:
    names = {body.id: body.organisation or body.name for body in bodies}
    return {body: organisations[name] for body, name in names.items() if name in organisations}
