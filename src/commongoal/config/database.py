"""A database address turned into Django's settings."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database_from(address: str) -> dict[str, Any]:
    """The settings for `sqlite:///path` or `postgresql://user:password@host:port/name?option=value`.

    SQLite writes ahead and takes the write lock at the start of a transaction, so that several processes wait for one
    another instead of failing. Raises `ImproperlyConfigured` for any other address, without repeating it.
    """
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _PRAGMAS}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path), "OPTIONS": options}
    if parts.scheme in {"postgresql", "postgres"}:
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", "") or parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            # Statements are planned once a connection, not once a page: planning takes longer than answering. So does
            # compiling them, which pays for long answers alone: a caseload took 44 ms with it and takes 5 ms without.
            "OPTIONS": {"server_side_binding": True, "prepare_threshold": 2, "options": "-c jit=off", **options},
        }
    raise ImproperlyConfigured("COMMONGOAL_DATABASE must begin with sqlite:// or postgresql://")


_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
