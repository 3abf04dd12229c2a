"""A result that `commongoal value` or `appraise` wrote as JSON, read as a file of who pays and who gains.

What each partner paid and gained is taken over as it stands; nothing is valued again. Of a valuation the gains are
medians of its draws, in one column; of an appraisal they are its central values, by year.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from commongoal.kernel.errors import BadInput, Problem, Refused
from commongoal.pathway.engine.programme import read_part
from commongoal.valuation.engine.sharing import NOBODY, PENNY, NotInPounds
from commongoal.valuation.files.result_documents import (
    APPRAISAL,
    VALUATION,
    AppraisalRead,
    AppraisalResult,
    Bore,
    ValuationRead,
    ValuationResult,
)
from commongoal.valuation.files.sharing import UNDISCOUNTED, SharingFile, read_sharing

WHOLE, PRESENT = "whole programme", "present value"


class NothingToShare(Refused):
    """A result can be shared where it has costs, and gains of partners; this one lacks one of them."""


def read_either(path: Path) -> SharingFile:
    """A file of who pays and who gains, in TOML, or a result in JSON, told apart by what they begin with.

    Raises `BadInput` with every fault in it, `NotInPounds`, `NothingToShare`.
    """
    path = Path(path)
    return read_result(path) if _begins_like_json(path) else read_sharing(path)


def read_result(path: Path) -> SharingFile:
    """A result in JSON as who paid and who gained. Raises as `read_either`."""
    parsed = _parsed(path)
    kind = parsed.get("format") if isinstance(parsed, dict) else None
    if kind == VALUATION:
        return of_valuation(read_part(ValuationResult, parsed, path.name).valuation, path.name)
    if kind == APPRAISAL:
        return of_appraisal(read_part(AppraisalResult, parsed, path.name).appraisal, path.name)
    expected = f"{VALUATION} or {APPRAISAL}: what `commongoal value --json` or `appraise --json` writes"
    raise BadInput([Problem(path.name, 0, "format", str(kind)[:80], expected, "unknown")])


def of_valuation(read: ValuationRead, file: str) -> SharingFile:
    """Who bore the cost and who gains by the ledger, in one column and undiscounted: W is a present value already."""
    if read.unit != "pounds":
        raise NotInPounds
    rest = read.total.cost - sum(row.cost for row in read.borne)
    bore = [(row.partner, row.cost, _in_kind(row)) for row in read.borne if row.cost > 0]
    bore += [(NOBODY, rest, "recorded, and nobody named as bearing it")] if rest > PENNY else []
    ids = _ids([*(name for name, _, _ in bore), *(gain.agency for gain in read.gains)])
    costs = [_row(ids[name], [cost], f"{said} ({file})", "") for name, cost, said in bore]
    source = f"credit at the median of its draws ({file})"
    gains = [
        _row(ids[gain.agency], [gain.credit.point], source, gain.mark) | {"kind": gain.kind, "transfer": gain.transfer}
        for gain in read.gains
    ]
    years = {"years": [WHOLE], "discount_schedule": UNDISCOUNTED}
    price_year = next((c.value for c in read.conventions if c.id == "price_year"), "a year that is not stated")
    note = f"From the valuation of the ledger up to {read.snapshot_on}, whose report has the intervals."
    partners = {identity: name for name, identity in ids.items()}
    return _file(read.programme, read, note, price_year, partners, costs, gains, years, file)


def _in_kind(row: Bore) -> str:
    return f"recorded in the ledger, £{row.in_kind:,.0f} of it in kind" if row.in_kind else "recorded in the ledger"


def of_appraisal(read: AppraisalRead, file: str) -> SharingFile:
    """Who would pay and who would gain by year; people, who pay nothing here, stand in the note and not in the table.

    Where a value is discounted as wellbeing, one column of present values takes the place of years.
    """
    names = {agency.id: agency.name for agency in read.agencies}
    wellbeing = {(unit.outcome, unit.name) for unit in read.file.unit_values if unit.wellbeing}
    payers = {cost.agency for cost in read.costs} | {agency.id for agency in read.agencies if agency.id != "people"}
    theirs = [value for value in read.values if value.agency in payers]
    health = [(value.outcome, value.value) in wellbeing for value in theirs]
    shown = _as_present(read) if any(health) else _by_year
    costs = [_row(cost.agency, shown(cost.by_year, False), f"{cost.name} ({file})", cost.mark) for cost in read.costs]
    gains = [
        _row(value.agency, shown(value.by_year, is_health), f"{value.value} ({file})", value.mark)
        | {"kind": value.kind, "transfer": value.transfer}
        for value, is_health in zip(theirs, health, strict=True)
    ]
    active = {row["partner"] for row in [*costs, *gains]}
    partners = {identity: name for identity, name in names.items() if identity in active}
    terms = read.file.conventions
    years: dict[str, Any] = {"years": [PRESENT], "discount_schedule": UNDISCOUNTED} if any(health) else {
        "years": list(read.years),
        "discount_schedule": terms.discount_schedule,
        "first_discounted_year": terms.first_discounted_year,
    }  # fmt: skip
    return _file(read.name, read, _beside(read, payers), read.price_year, partners, costs, gains, years, file)


def _beside(read: AppraisalRead, payers: set[str]) -> str:
    """What people gain, who are no partner, and what they lose by transfers to those who are."""
    factors = read.workings.discount
    gain = sum(_present(value.by_year, factors) for value in read.values if value.agency not in payers)
    lost = sum(_present(value.by_year, factors) for value in read.values if value.agency in payers and value.transfer)
    said = "From an appraisal before the event, at its central values."
    if not gain and not lost:
        return said
    return f"{said} People are no partner here: they gain £{gain:,.0f}, and lose £{lost:,.0f} of it by transfers."


def _by_year(pounds: Sequence[float], _health: bool) -> list[float]:
    return list(pounds)


def _as_present(read: AppraisalRead) -> Callable[[Sequence[float], bool], list[float]]:
    money, wellbeing = read.workings.discount, read.workings.wellbeing_discount
    return lambda pounds, health: [_present(pounds, wellbeing if health else money)]


def _present(pounds: Sequence[float], factors: Sequence[float]) -> float:
    return sum(amount * factor for amount, factor in zip(pounds, factors, strict=False))


def _row(partner: str, pounds: list[float], source: str, mark: str) -> dict[str, Any]:
    return {"partner": partner, "pounds": pounds, "source": source, "verified": not mark}


def _file(
    name: str,
    read: ValuationRead | AppraisalRead,
    note: str,
    price_year: str,
    partners: dict[str, str],
    costs: list[dict[str, Any]],
    gains: list[dict[str, Any]],
    years: dict[str, Any],
    file: str,
) -> SharingFile:
    if not costs or not gains:
        raise NothingToShare(f"{file}: {len(costs)} costs and {len(gains)} gains.")
    return read_part(
        SharingFile,
        {
            "name": name,
            "place": read.place,
            "invented": read.invented,
            "note": note,
            "price_year": price_year,
            "partner": [{"id": identity, "name": shown} for identity, shown in partners.items()],
            "cost": costs,
            "gain": gains,
        }
        | years,
        file,
    )


def _ids(names: Iterable[str]) -> dict[str, str]:
    """An id for each name, made from its letters and digits, in order and without repeats."""
    found: dict[str, str] = {}
    for name in names:
        if name not in found:
            plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "partner"
            taken = set(found.values())
            found[name] = next(
                one for n in range(len(taken) + 1) if (one := f"{plain}_{n}" if n else plain) not in taken
            )
    return found


def _begins_like_json(path: Path) -> bool:
    try:
        return path.read_bytes()[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    except OSError:
        return False  # the reader of TOML says why it cannot be read


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except json.JSONDecodeError as fault:
        expected = f"JSON that can be read: {fault.msg}"
        raise BadInput([Problem(path.name, fault.lineno, f"column {fault.colno}", "", expected, "bad_json")]) from None
    except (UnicodeDecodeError, RecursionError, ValueError) as fault:
        raise BadInput([Problem(path.name, 0, "", "", f"JSON that can be read: {fault}", "bad_json")]) from None
