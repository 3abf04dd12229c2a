"""From columns of a file to observations: what every layout has in common.

A layout says where the area, the period, the words of the series and the figures stand (`Plan`). Rows with a fault are
left out where the good ones are kept, and else the file is refused with every fault.
"""

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor

import pyarrow as pa

from commongoal.kernel.errors import BadInput, Problem
from commongoal.places.engine.areas import kind_of
from commongoal.places.engine.figures import Period
from commongoal.places.engine.observations import Asked, Edition, Reading, Series
from commongoal.places.files.datasets import Dataset
from commongoal.places.files.delimited import Data, Delimited, Faults
from commongoal.places.files.judging import Judged
from commongoal.places.files.ordering import ordered_table
from commongoal.places.files.plans import Plan


def observed(opened: Delimited, plan: Plan, asked: Asked, layout: str, data: Data) -> Reading:
    """The observations of a file by a plan. Raises `BadInput` with every fault, unless the good rows are kept."""
    with ThreadPoolExecutor(1) as beside:  # the digest of a large file takes as long as a tenth of reading it
        digest = beside.submit(digest_of_data, data)
        return _observed(opened, plan, asked, layout, digest)


def _observed(opened: Delimited, plan: Plan, asked: Asked, layout: str, digest: Future[str]) -> Reading:
    _each_column_once(opened, plan)
    faults = Faults(opened.file)
    cells = opened.cells(plan.places(), faults)
    reader = Judged(opened, plan, cells, faults)
    blocks = [reader.block(figures) for figures in plan.figures]
    if not reader.kept.any() and not faults.counts:
        nothing = "there is a header and nothing after it" if not cells.count else "none is of those asked for"
        expected = f"at least one row of figures: {nothing}"
        raise BadInput([Problem(opened.file, 0, "", "", expected, "no rows")])
    table, series, dataset, remarks = ordered_table(blocks, plan, asked, reader)
    problems = faults.all()
    if problems and not asked.keep_good:
        raise BadInput(problems)
    if not len(table):
        expected = "at least one row of figures that can be read"
        raise BadInput(problems or [Problem(opened.file, 0, "", "", expected, "no rows")])
    edition = _edition(table, series, dataset, plan, asked, opened, layout, digest.result())
    return Reading(table, edition, problems, (*remarks, *reader.remarks, *_rounding(table, edition)))


def _each_column_once(opened: Delimited, plan: Plan) -> None:
    """Refuses two columns of figures that would be one series."""
    seen: dict[tuple[str, Period | None], int] = {}
    for figures in plan.figures:
        key = figures.words.casefold(), figures.period
        if figures.words and key in seen:
            expected = f"a column of its own; column {seen[key] + 1} is the same"
            raise BadInput([Problem(opened.file, 1, "", opened.header[figures.place], expected, "columns")])
        seen[key] = figures.place


def digest_of_data(data: Data) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(memoryview(data)).hexdigest()


def _edition(
    table: pa.Table, series: tuple[Series, ...], dataset: Dataset, plan: Plan, asked: Asked, opened: Delimited,
    layout: str, digest: str,
) -> Edition:  # fmt: skip
    import pyarrow.compute as pc

    used = set(pc.unique(table["series"]).to_pylist())
    kinds = {kind_of(code) for code in pc.unique(table["area"]).to_pylist()}
    years = dict(plan.vintages) | dict(asked.vintages)
    return Edition(
        dataset.code, dataset.title, dataset.source, dataset.table, dataset.licence, layout, opened.file,
        digest, asked.fetched_on,
        tuple(sorted((kind.value, years[kind.value]) for kind in kinds if kind and kind.value in years)),
        dataset.rounding, dataset.perturbation, dataset.noise,
        tuple(one for one in series if one.key in used),
        pc.min(table["start"]).as_py(), pc.max(table["end"]).as_py(), len(table),
    )  # fmt: skip


def _rounding(table: pa.Table, edition: Edition) -> tuple[Problem, ...]:
    """A remark where figures are said to be rounded to a whole base and are not."""
    base = edition.rounding
    if not base or base < 1 or any(one.unit != edition.series[0].unit for one in edition.series):
        return ()
    values = table["value"].drop_null().to_numpy()
    odd = int((values % base != 0).sum())
    expected = f"figures in steps of {base:g}, as the table is said to be rounded"
    return (Problem(edition.file, 0, "", f"{odd:,} figures are not", expected, "rounding"),) if odd else ()
