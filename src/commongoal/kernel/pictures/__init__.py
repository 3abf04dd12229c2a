"""Pictures: data in; SVG and the tables that say the same out. Plain Python, no files, no web framework."""

from commongoal.kernel.pictures.bars import Bar, Bars, bars_picture
from commongoal.kernel.pictures.drawing import NARROW, WIDE, Picture
from commongoal.kernel.pictures.flow import Flow, Move, Stage, flow_picture
from commongoal.kernel.pictures.intervals import Ratios, Row, ratios_picture
from commongoal.kernel.pictures.journey import Journey, Step, journey_picture
from commongoal.kernel.pictures.tables import Cell, Table, cells, estimate_cell, heads

__all__ = [
    "NARROW", "WIDE", "Bar", "Bars", "Cell", "Flow", "Journey", "Move", "Picture", "Ratios", "Row", "Stage", "Step",
    "Table", "bars_picture", "cells", "estimate_cell", "flow_picture", "heads", "journey_picture", "ratios_picture",
]  # fmt: skip
