"""The catalogue of editions: datasets, what a new edition changes, and the store swept of what killed writers left."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from commongoal.places.engine.catalogue import (
    Changes,
    Differs,
    Listed,
    changes_as_data,
    changes_from,
    in_datasets,
    unlike,
)
from commongoal.places.engine.edition_words import period_words, perturbation_words, rounding_words, vintage_words
from commongoal.places.engine.observations import Perturbation, Reading, Series
from commongoal.places.files.edition_rows import edition_csv
from commongoal.places.files.in_use import in_sole_use, sweep
from commongoal.places.files.store import keep, kept_editions
from commongoal.places.sessions.changes import changes
from tests.engine.some_editions import DAY, MONTHS, Row, edition, table

FIGURES = st.dictionaries(
    st.tuples(st.sampled_from(["E05000001", "E05000002", "E05000003"]), st.integers(0, 2), st.sampled_from("ab")),
    st.one_of(st.none(), st.integers(0, 3).map(float)),
    min_size=1,
    max_size=12,
)


def as_rows(figures: dict[tuple[str, int, str], float | None]) -> list[Row]:
    return [(*key, value) for key, value in figures.items()]


@given(st.lists(FIGURES, max_size=3), FIGURES)
def test_what_is_new_and_what_is_revised_is_what_a_dictionary_says(tmp_path_factory, before, after) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("store")
    stands: dict[tuple[str, int, str], float | None] = {}
    kept = []
    for place, figures in enumerate(before):
        one = edition(DAY + dt.timedelta(days=place))
        kept.append(keep(folder, Reading(table(as_rows(figures)), one)))
        stands |= figures
    found = changes(folder, kept, table(as_rows(after)), edition(dt.date(2023, 12, 1)))
    assert found.new == len(after.keys() - stands.keys())
    assert found.revised == sum(key in stands and stands[key] != value for key, value in after.items())
    assert found.same == sum(key in stands and stands[key] == value for key, value in after.items())
    assert len(found.largest) == min(found.revised, 20)
    sizes = [abs((one.after or 0) - (one.before or 0)) for one in found.largest]
    assert sizes == sorted(sizes, reverse=True)
    assert changes_from(changes_as_data(found)) == found


def test_series_are_the_same_by_their_words_not_their_keys(tmp_path: Path) -> None:
    first = keep(tmp_path, Reading(table([("E05000001", 0, "a", 5.0), ("E05000001", 0, "b", 10.0)]), edition()))
    other = edition(dt.date(2023, 10, 1), series=(Series("a", "Women"), Series("b", "Men")))
    found = changes(tmp_path, [first], table([("E05000001", 0, "a", 10.0), ("E05000001", 0, "b", 20.0)]), other)
    assert (found.new, found.revised, found.same) == (0, 1, 1)
    (one,) = found.largest
    assert one == Differs("E05000001", "Area E05000001", MONTHS[0], MONTHS[1], "Men", 5.0, 20.0)
    assert found.against == (first.name,)


def test_a_sweep_leaves_what_is_kept_and_takes_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "places"
    with in_sole_use(folder):
        kept = keep(folder, Reading(table([("E05000001", 0, "a", 5.0)]), edition()))
        keep(folder, Reading(table([("E05000001", 0, "a", 6.0)]), edition(dt.date(2023, 9, 2))))
        (folder / ".half.parquet.1").write_bytes(b"half")
        (folder / "outlines").mkdir()
        (folder / "outlines" / "ward-2023-0123456789ab.parquet").write_bytes(b"nobody names it")
        assert sweep(folder, {kept.name}, set()) == 3
        assert kept_editions(folder) == (kept,)
        assert sweep(folder, {kept.name}, set()) == 0


def test_figures_go_out_with_all_that_must_not_be_parted_from_them(tmp_path: Path) -> None:
    told = edition(notes=("=1+1 is a note",), symbols=(("..", "nil or negligible"),))
    kept = keep(tmp_path, Reading(table([("E05000001", 0, "a", 5.0), ("E05000002", 0, "a", None)]), told))
    lines = "".join(edition_csv(tmp_path, kept)).splitlines()
    assert lines[0] == "\ufeffClaimant count"
    assert "Rounding,Rounded to 5" in lines
    assert "Note,'=1+1 is a note" in lines
    assert "Mark,..,nil or negligible" in lines
    assert lines[-2:] == [
        "E05000001,Area E05000001,2023-07-01,2023-08-01,Men,5.0,,False,False",
        "E05000002,Area E05000002,2023-07-01,2023-08-01,Men,,suppressed,False,False",
    ]


def test_the_newest_edition_that_counts_speaks_for_a_dataset() -> None:
    at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    old, new = edition(name="a"), edition(dt.date(2023, 10, 1), name="b", last=dt.date(2023, 12, 1))
    listed = (Listed(1, old, at), Listed(2, new, at, withdrawn_at=at), Listed(3, edition(dataset="pop", title="A"), at))
    first, second = in_datasets(listed)
    assert (first.code, second.code) == ("pop", "claimant-count")
    assert [one.id for one in second.editions] == [2, 1]
    assert second.newest is not None
    assert second.newest.id == 1
    assert second.last == MONTHS[-1]
    assert in_datasets((replace(listed[0], withdrawn_at=at),))[0].newest is None


def test_files_of_other_areas_are_no_earlier_editions() -> None:
    at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    wards, lsoas = (("ward", "2024"),), (("lsoa", "2021"),)
    listed = (
        Listed(1, edition(vintages=wards, name="a"), at),
        Listed(2, edition(vintages=lsoas, name="b"), at),
        Listed(3, edition(dt.date(2023, 12, 1), vintages=wards, name="c"), at),
        Listed(4, edition(dt.date(2023, 12, 2), vintages=lsoas, name="d"), at, withdrawn_at=at),
    )
    (found,) = in_datasets(listed)
    assert [one.id for one in found.current] == [3, 2]
    assert [one.id for one in found.earlier] == [4, 1]


def test_words() -> None:
    assert period_words(dt.date(2023, 7, 1), dt.date(2023, 8, 1)) == "July 2023"
    assert period_words(dt.date(2023, 7, 1), dt.date(2024, 1, 1)) == "July 2023 to December 2023"
    assert period_words(dt.date(2023, 9, 14), dt.date(2023, 9, 15)) == "14 September 2023"
    assert period_words(dt.date(2023, 9, 14), dt.date(2023, 10, 12)) == "14 September 2023 to 11 October 2023"
    assert rounding_words(edition()) == "Rounded to 5"
    assert rounding_words(edition(rounding=0.0)) == "Not rounded"
    assert "does not say" in rounding_words(edition(rounding=None))
    moved = edition(perturbation=Perturbation.NOISE)
    assert perturbation_words(moved).endswith("how far is not published")
    assert perturbation_words(replace(moved, noise=4.0)).endswith("by at most 4")
    assert vintage_words(edition()) == "wards of 2023"
    assert unlike(edition(), edition(rounding=10.0)) == ("rounding",)
    assert unlike(edition(), edition(dt.date(2024, 1, 1))) == ()
    assert Changes(1, 0, 0).largest == ()
