"""The programme as data: its stages and allowed moves, who the people are, who helps them and with what.

A programme file is TOML. Nothing about a particular programme is code: `Programme` says what a file may contain, and
`programme_from` reads a parsed file or refuses it with every fault at once.
"""

from collections.abc import Mapping
from itertools import product
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from commongoal.kernel.errors import BadInput, Problem

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$", description="lower-case letters, digits and underscores")]


class Part(BaseModel):
    """One table of a programme file: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*")
    @classmethod
    def _can_be_kept(cls, value: Any) -> Any:
        """A database keeps every character but one."""
        if isinstance(value, str) and "\0" in value:
            raise ValueError("text without the character U+0000")
        return value


class Named(Part):
    """Something with an id, used in ledgers, and the name that people read."""

    id: Id
    name: str
    meaning: str = ""


class Pathway(Part):
    """Stages in order, the first being referral and the last sustained work, and the moves between them."""

    stages: tuple[Named, ...] = Field(min_length=2, max_length=16)
    work_stage: Id = Field(description="the first stage that counts as a job")
    moves: Literal["any"] | tuple[tuple[Id, Id], ...] = "any"
    ended_reasons: tuple[Id, ...] = ("died", "moved_away", "retired")
    left_reasons: tuple[Id, ...] | Literal["any"] = "any"
    horizon_months: int = Field(60, ge=6, le=120)

    @model_validator(mode="after")
    def _stages_are_known(self) -> Self:
        ids = [stage.id for stage in self.stages]
        named = [self.work_stage] + ([s for move in self.moves for s in move] if self.moves != "any" else [])
        if unknown := sorted(set(named) - set(ids)):
            raise ValueError(f"not a stage: {', '.join(unknown)}; the stages are {', '.join(ids)}")
        if len(set(ids)) < len(ids) or {"left", "ended"} & set(ids):
            raise ValueError("stage ids must differ, and 'left' and 'ended' are kept for leaving")
        return self

    @property
    def last(self) -> int:
        """S, the number of the last stage."""
        return len(self.stages) - 1

    def number(self, stage: str) -> int:
        """Position of a stage id in the pathway, from 0."""
        return [s.id for s in self.stages].index(stage)

    def allows(self, origin: str, target: str) -> bool:
        """Whether a move between two different stages is one the pathway lists."""
        return origin != target and (self.moves == "any" or (origin, target) in self.moves)


class Attribute(Named):
    """Something about the person, known at the start and fixed for the spell; its values make the segments."""

    values: tuple[Named, ...] = Field(min_length=1)


class Body(Named):
    """A provider or a partner; on the platform the organisation named, or of its own name where none is."""

    organisation: str = ""


class Window(Part):
    """When a job counts as sustained: so many weeks in work within so many, of at least so many hours a week.

    A week counts when the usual hours of all jobs on its days average the minimum, and stay under `under_hours` where
    that is given. As many weeks as there are asks for work without a week's break. `stage` is the one it evidences.
    """

    id: Id
    name: str
    weeks: int = Field(ge=1, le=260)
    of_weeks: int = Field(ge=1, le=520)
    hours: float = Field(ge=0, le=60, description="0: any paid work")
    under_hours: float | None = Field(None, gt=0, le=168, description="for a rule about few hours")
    stage: Id | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.weeks > self.of_weeks:
            raise ValueError(f"{self.weeks} weeks do not fit into {self.of_weeks}")
        if self.under_hours is not None and self.under_hours <= self.hours:
            raise ValueError(f"no week has {self.hours:g} hours or more and under {self.under_hours:g}")
        return self

    @property
    def rule(self) -> str:
        """The rule in words: "13 weeks within 16, of at least 7 hours a week"."""
        least = [f"at least {self.hours:g}"] if self.hours else []
        under = [f"under {self.under_hours:g}"] if self.under_hours else []
        hours = f"{' and '.join([*least, *under])} hours a week" if least or under else "any paid work"
        return f"{self.weeks} weeks within {self.of_weeks}, of {hours}"


class Casework(Part):
    """How people are helped along the pathway: intervals, what counts as evidence, when a job is sustained."""

    source: str
    assessment_gap_days: int = Field(28, ge=0, le=730)
    assessment_every_days: int = Field(91, ge=1, le=730)
    plan_review_days: int = Field(28, ge=1, le=730)
    contact_gap_days: int = Field(28, ge=1, le=365)
    window_warning_days: int = Field(14, ge=1, le=365, description="before the last day a window can still be met")
    checkpoint_weeks: tuple[int, ...] = (4, 13, 26, 52)
    move_evidence: tuple[Named, ...] = Field(min_length=1)
    job_evidence: tuple[Named, ...] = Field(min_length=1)
    windows: tuple[Window, ...] = ()


class Segment(Part):
    """One combination of attribute values."""

    id: str
    name: str
    values: tuple[str, ...]


class Area(Named):
    """An area of life with levels 1 to `levels`; the stages its readings evidence; how reliable a reading is.

    To be asked with the person, it also has a `question`, words for each level from the lowest, `barrier_at_most`, the
    highest level that still stands in the way of work, and `enough`, the level from which it evidences its stages.
    """

    levels: int = Field(5, ge=2, le=100)
    question: str = ""
    words: tuple[str, ...] = ()
    barrier_at_most: int = 0
    enough: int = 0
    evidences: tuple[Id, ...] = ()
    reliability: float | None = Field(None, gt=0, lt=1)
    reliability_source: str = ""

    @model_validator(mode="after")
    def _every_level_has_words(self) -> Self:
        if self.words and len(self.words) != self.levels:
            raise ValueError(f"{self.levels} levels, but words for {len(self.words)}")
        if max(self.barrier_at_most, self.enough) > self.levels:
            raise ValueError(f"barrier_at_most and enough are levels, so at most {self.levels}")
        return self


def with_common(parsed: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    """A parsed programme file that says `areas = "common"` with the areas of the common assessment in their place.

    Of the stages that an area evidences, those stay that the programme has.
    """
    if parsed.get("areas") != "common":
        return dict(parsed)
    pathway = parsed.get("pathway")
    stages = pathway.get("stages", ()) if isinstance(pathway, Mapping) else ()
    ids = {stage.get("id") for stage in stages if isinstance(stage, Mapping)} if isinstance(stages, list) else set()
    areas = [{**area, "evidences": [s for s in area["evidences"] if s in ids]} for area in common["areas"]]
    return {**parsed, "areas": areas}


class Programme(Part):
    """What is fixed about a programme before anything happens to anybody on it.

    `valuation` is the rest of the file, read by `commongoal.valuation.engine.terms`.
    """

    format: Literal[1] = 1
    name: str
    place: str
    invented: bool = False
    note: str = ""
    pathway: Pathway
    attributes: tuple[Attribute, ...] = ()
    providers: tuple[Body, ...] = Field(min_length=1, max_length=200)
    interventions: tuple[Named, ...] = Field(min_length=1, max_length=200)
    partners: tuple[Body, ...] = ()
    areas: tuple[Area, ...] = ()
    casework: Casework | None = None
    valuation: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _windows_evidence_stages(self) -> Self:
        ids = [stage.id for stage in self.pathway.stages]
        named = [each.stage for each in self.casework.windows if each.stage] if self.casework else []
        if unknown := sorted(set(named) - set(ids)):
            raise ValueError(f"casework.windows: not a stage: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        for table in ("attributes", "providers", "interventions", "partners", "areas"):
            ids = [item.id for item in getattr(self, table)]
            if repeated := sorted({i for i in ids if ids.count(i) > 1}):
                raise ValueError(f"{table}: the id {', '.join(repeated)} stands more than once")
        return self

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Every combination of attribute values, in file order; one segment, everybody, where there are none."""
        combos = product(*(attribute.values for attribute in self.attributes))
        return tuple(
            Segment(
                id="/".join(value.id for value in combo) or "everybody",
                name=", ".join(value.name for value in combo) or "Everybody",
                values=tuple(value.id for value in combo),
            )
            for combo in combos
        )


P = TypeVar("P", bound=Part)


def programme_from(parsed: Mapping[str, Any], file: str = "programme") -> Programme:
    """A programme from parsed TOML.

    Raises `BadInput` with one problem for each fault, its `column` being the path of the key.
    """
    return read_part(Programme, parsed, file)


def read_part(kind: type[P], parsed: Mapping[str, Any], file: str, under: str = "") -> P:
    """Any table of a programme file as its class, or every fault in it at once."""
    try:
        return kind.model_validate(parsed)
    except ValidationError as fault:
        raise BadInput([_problem(error, file, under) for error in fault.errors()]) from None


def _problem(error: Any, file: str, under: str) -> Problem:
    path = ".".join(str(part) for part in error["loc"])
    value = error["input"]
    shown = str(value) if isinstance(value, str | int | float | bool) else ""
    return Problem(file, 0, f"{under}{path}", shown, error["msg"].removeprefix("Value error, "), error["type"])
