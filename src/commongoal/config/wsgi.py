"""The door of the web server."""

import atexit
import gc
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commongoal.config.settings")
application = get_wsgi_application()
assert get_resolver().url_patterns  # so the pages are loaded now, not while the first visitor waits
from commongoal.web.place_evidence import read_ahead  # noqa: E402 - models are there only now

# What is loaded now stays: the collector need not look through it again at every few pages.
gc.collect()
gc.freeze()
atexit.register(gc.unfreeze)  # or DuckDB says at the end that what it made was never let go
gc.set_threshold(50_000, 20, 20)
Thread(target=read_ahead, name="places read ahead", daemon=True).start()
