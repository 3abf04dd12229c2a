"""What every test may use: the shared folder beside the checkout, Hypothesis profiles, and the rule about skips."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

settings.register_profile("quick", max_examples=10, deadline=None, derandomize=True)
settings.register_profile(
    "full", max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("proof", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared facts and data beside the checkout; the test is skipped where its data are absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("absent: ../shared/data")
    return SHARED


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refuse-skips", action="store_true", help="a skip that this machine could avoid is a failure")


def unexcused(reasons: list[str], shared_present: bool) -> list[str]:
    """The skips that are not excused: all of them where the shared data are present, else all but `absent: ...`."""
    return [reason for reason in reasons if shared_present or not reason.startswith("absent:")]


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Iterator[None]:
    if config.getoption("--refuse-skips"):
        for reason in _refused(terminalreporter):
            terminalreporter.write_line(f"skip refused: {reason}", red=True)
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--refuse-skips") and reporter and exitstatus == 0 and _refused(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _refused(reporter: pytest.TerminalReporter) -> list[str]:
    skipped = reporter.stats.get("skipped", [])
    reasons = [str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped]
    return unexcused(reasons, (SHARED / "data").is_dir())
