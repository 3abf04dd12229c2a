"""Logs and error reports that carry nothing personal."""

import logging
from typing import Any

from django.views.debug import SafeExceptionReporterFilter


class PlainFormatter(logging.Formatter):
    """Level, logger and where a fault arose; never the values, which may be about somebody."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and for an exception its type and the places it passed through, without its message."""
        if record.exc_info and record.exc_info[0]:
            return f"{record.levelname} {record.name}: {record.exc_info[0].__name__}{self._places(record)}"
        if record.name.startswith("django.request") or record.name.startswith("django.security"):
            status = getattr(record, "status_code", "")
            route = getattr(getattr(getattr(record, "request", None), "resolver_match", None), "view_name", "")
            return f"{record.levelname} {record.name}: {status} {route}".rstrip()
        return f"{record.levelname} {record.name}: {record.getMessage()}"

    @staticmethod
    def _places(record: logging.LogRecord) -> str:
        places, trace = [], record.exc_info[2] if record.exc_info else None
        while trace:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_qualname if hasattr(code, 'co_qualname') else code.co_name}:{trace.tb_lineno}")
            trace = trace.tb_next
        return " at " + " > ".join(places)


class NothingPersonal(SafeExceptionReporterFilter):
    """Hides every value in an error report, whatever the setting of DEBUG."""

    def is_active(self, request: Any) -> bool:  # noqa: ARG002 - Django calls it with the request
        """Always."""
        return True
