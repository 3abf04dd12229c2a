"""Damaged files of boundaries: refused in words, or read as a slow reading of the same bytes reads them."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from commongoal.kernel.errors import BadInput
from commongoal.places.engine.distances import grid_reference
from commongoal.places.engine.outlines import Outlines
from commongoal.places.files.boundaries import read_geojson
from tests.engine.test_outlines import spoilt

FILES = ("ward/E06000012", "ward/E07000114", "msoa/E07000114")
LEFT_OUT, JOINED, REPAIRED = "no outline", "parts", "repaired"


def fuzzed_boundaries(folder: Path, cases: int, seed: int) -> Counter[str]:
    """What became of damaged copies of real files: refused, or read and found true."""
    luck, outcomes = Random(seed), Counter[str]()
    whole = [(folder / "geography" / "boundaries" / f"{name}.geojson").read_bytes() for name in FILES]
    for _ in range(cases):
        data = spoilt(luck.choice(whole), luck)
        try:
            read = read_geojson(data, "areas.geojson")
        except BadInput as refused:
            outcomes[
                "refused" if all(problem.expected for problem in refused.problems) else "refused without words"
            ] += 1
            continue
        checked(data, read)
        outcomes["read"] += 1
    assert not outcomes["refused without words"]
    return outcomes


def checked(data: bytes, read: Outlines) -> None:
    """Every area of the file is there under its own code and name, and encloses the ground that its corners do."""
    told = {remark.code for remark in read.remarks}
    word = {"ward": "WD", "msoa": "MSOA"}[read.kind] + read.vintage[2:]
    slow: dict[str, tuple[str, float, float]] = {}
    for feature in json.loads(data.decode("utf-8-sig"))["features"]:
        properties, geometry = feature["properties"], feature.get("geometry")
        if geometry is None:
            assert LEFT_OUT in told
            continue
        code = properties[f"{word}CD"]
        assert code not in slow or JOINED in told
        _, area, round_it = slow.get(code, ("", 0.0, 0.0))
        more, length = ground(geometry)
        slow[code] = (properties[f"{word}NM"].strip(), area + more, round_it + length)
    assert {outline.code for outline in read.outlines} == set(slow)
    for outline in read.outlines:
        name, area, length = slow[outline.code]
        assert outline.geometry.is_valid
        assert outline.name == name
        # Whole metres there, millimetres here; a repair may keep 1 in 100 less.
        slack = length + (0.02 * area if REPAIRED in told else 0)
        assert abs(outline.geometry.area - area) <= slack, outline.code


def ground(geometry: dict[str, Any]) -> tuple[float, float]:
    """The square metres that a geometry encloses, and how many metres it is round it; corner by corner."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    area = length = 0.0
    for part in parts:
        for number, ring in enumerate(part):
            corners = [grid_reference(position[1], position[0]) for position in ring]
            sides = list(pairwise(corners))
            twice = abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in sides))
            area += twice / 2 if number == 0 else -twice / 2
            length += sum(((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5 for (x1, y1), (x2, y2) in sides)
    return area, length
