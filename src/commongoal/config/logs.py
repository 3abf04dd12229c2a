"""Logs and error reports that carry nothing personal."""

import logging
from types import TracebackType
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

# Whose messages are written out: ours, and those known to say only ids and numbers. What others write into a message
# (an address that was typed, a value that was refused) is not ours to know, so only their place in the code is kept.
TRUSTED = ("commongoal", "django_tasks", "django_tasks_db", "gunicorn.error")
CAUSES = 5  # told of one fault
REQUESTS = ("django.request", "django.security")


class PlainFormatter(logging.Formatter):
    """Level, logger and where a fault arose; never the values, which may be about somebody."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; for an exception its type and the places it passed through, without its message."""
        return f"{record.levelname} {record.name}: {self._said(record)}".rstrip()

    def _said(self, record: logging.LogRecord) -> str:
        if record.exc_info and record.exc_info[1]:
            return in_places(record.exc_info[1])
        if _below(record.name, REQUESTS):
            route = getattr(getattr(getattr(record, "request", None), "resolver_match", None), "view_name", "")
            return f"{getattr(record, 'status_code', '')} {route}"
        if _below(record.name, TRUSTED):
            return record.getMessage()
        return f"at {record.module}:{record.lineno}"


def in_places(fault: BaseException) -> str:
    """An exception and what caused it: types, and the places each passed through."""
    found, causes = [], 0
    cause: BaseException | None = fault
    while cause and causes < CAUSES:
        found.append(f"{type(cause).__name__} at {places(cause.__traceback__)}")
        cause, causes = cause.__cause__ or cause.__context__, causes + 1
    return ", from ".join(found)


def places(trace: TracebackType | None) -> str:
    """The functions and lines that an exception passed through."""
    found = []
    while trace:
        code = trace.tb_frame.f_code
        found.append(f"{getattr(code, 'co_qualname', code.co_name)}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(found)


def _below(name: str, loggers: tuple[str, ...]) -> bool:
    return any(name == logger or name.startswith(f"{logger}.") for logger in loggers)


class PlainReporter(ExceptionReporter):
    """Reports a fault, to whatever collects them, by its type and places: no values, no form, no message."""

    def get_traceback_text(self) -> SafeString:
        """The fault as text."""
        return SafeString(in_places(self.exc_value) if self.exc_value else "no exception")

    def get_traceback_html(self) -> SafeString:
        """The same, as a page."""
        return escape(in_places(self.exc_value) if self.exc_value else "no exception")

    def get_traceback_data(self) -> dict[str, Any]:
        """The same, as values."""
        return {"text": self.get_traceback_text()}
