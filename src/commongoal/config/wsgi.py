"""The door of the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commongoal.config.settings")
application = get_wsgi_application()
# What is loaded now stays: the collector need not look through it again at every few pages.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
