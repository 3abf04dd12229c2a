"""A mail address turned into Django's settings."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def mail_from(address: str) -> dict[str, Any]:
    """The settings for `file:///folder` or `smtp://user:password@host:port` (with TLS).

    Raises `ImproperlyConfigured` for any other address, without repeating it.
    """
    parts = urlsplit(address)
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": parts.path}
    if parts.scheme == "smtp":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname or "",
            "EMAIL_PORT": parts.port or 587,
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": True,
        }
    raise ImproperlyConfigured("COMMONGOAL_MAIL must begin with file:// or smtp://")
