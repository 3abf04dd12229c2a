"""Who a programme is for: rules as data, and what a person's answers make of them.

Each rule is one question with options; each option has its verdict. One "no" makes the outcome no; else one "needs
evidence" makes it that; else it is yes. The first rule in file order with the outcome's verdict is the one that
decided.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from commongoal.kernel.errors import Refused
from commongoal.pathway.engine.programme import Id, Part, read_part


class Verdict(StrEnum):
    """What an answer, or all answers together, mean for joining a programme."""

    YES = "yes"
    NO = "no"
    NEEDS_EVIDENCE = "needs evidence"


class NotAnOption(Refused):
    """Answer each question with one of its options."""


class Option(Part):
    """One answer to a question: its words, its verdict, and why where the verdict is not yes."""

    id: Id
    label: str
    verdict: Verdict
    because: str = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.verdict is not Verdict.YES and not self.because:
            raise ValueError("an option that is not a yes says why in `because`")
        return self


class Rule(Part):
    """One condition of joining: the question, its options, and where the condition is written."""

    id: Id
    name: str
    question: str
    hint: str = ""
    source: str
    options: Annotated[tuple[Option, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _options_differ(self) -> Self:
        if len({option.id for option in self.options}) < len(self.options):
            raise ValueError("two options have the same id")
        return self

    def option(self, answer: str) -> Option:
        """The option with this id. Raises `NotAnOption`."""
        for option in self.options:
            if option.id == answer:
                return option
        raise NotAnOption(self.question)


class Terms(Part):
    """A programme's rules of joining; a receiver answers a referral in `answer_within_working_days`."""

    name: str
    version: dt.date
    source: str
    checked_on: dt.date
    look_again_on: dt.date
    answer_within_working_days: int = Field(ge=1, le=60)
    exit_reasons: Annotated[tuple[str, ...], Field(min_length=1)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _rules_differ(self) -> Self:
        if len({rule.id for rule in self.rules}) < len(self.rules):
            raise ValueError("two rules have the same id")
        return self


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """One rule applied to one answer, in words."""

    rule: str
    name: str
    question: str
    answer: str
    verdict: Verdict
    because: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the answers decide: the outcome, the rule that decided (empty: all are met), why, and all rules."""

    outcome: Verdict
    rule: str
    because: str
    verdicts: tuple[RuleVerdict, ...]


def terms_from(parsed: Mapping[str, Any], file: str = "eligibility") -> Terms:
    """A programme's terms from parsed TOML. Raises `BadInput` with every fault."""
    return read_part(Terms, parsed, file)


def decision(terms: Terms, answers: Mapping[str, str]) -> Decision:
    """The outcome of the answers (rule id to option id). Raises `NotAnOption` for one missing or unknown."""
    verdicts = tuple(_verdict(rule, answers.get(rule.id, "")) for rule in terms.rules)
    for outcome in (Verdict.NO, Verdict.NEEDS_EVIDENCE):
        for verdict in verdicts:
            if verdict.verdict is outcome:
                return Decision(outcome, verdict.rule, verdict.because, verdicts)
    return Decision(Verdict.YES, "", "Every rule is met.", verdicts)


def _verdict(rule: Rule, answer: str) -> RuleVerdict:
    option = rule.option(answer)
    return RuleVerdict(rule.id, rule.name, rule.question, option.label, option.verdict, option.because)
