"""Settings of the tests: the demonstration's, with quick passwords and static files unhashed."""

import os
import tempfile
from pathlib import Path

from commongoal.config.demonstration import *  # noqa: F403 - a settings module is its names

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SNAPSHOTS = Path(tempfile.gettempdir()) / f"commongoal-test-{os.getpid()}-snapshots"
PLACES = Path(tempfile.gettempdir()) / f"commongoal-test-{os.getpid()}-places"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if "WhiteNoise" not in name]  # noqa: F405
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # In a file, as in an installation: several threads and processes then wait for one another, as they must.
    _file = Path(tempfile.gettempdir()) / f"commongoal-test-{os.getpid()}.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(_file)}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405
