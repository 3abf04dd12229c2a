"""A demonstration on this machine: fixed secrets, plain HTTP, sign-ins shown. `check --deploy` refuses it."""

import os

for _name, _value in {
    "COMMONGOAL_SECRET": "demonstration only, known to everybody, signs nothing that matters",
    "COMMONGOAL_KEYS": "00" * 32,
    "COMMONGOAL_BLIND_KEY": "11" * 32,
    "COMMONGOAL_HOSTS": "localhost,127.0.0.1,[::1],testserver",
    "COMMONGOAL_DATA": "build/demo/site",
}.items():
    os.environ.setdefault(_name, _value)

from commongoal.config.settings import *  # noqa: E402, F403 - a settings module is its names

DEMONSTRATION = True
DEMONSTRATION_PASSWORD = "nobody here exists"  # noqa: S105 - shown on the page of sign-ins
# The default takes a second each, and forty-five people get one here.
PASSWORD_HASHERS = ["commongoal.config.quick_passwords.QuickHasher"]
SECURE_SSL_REDIRECT = False
ALLAUTH_TRUSTED_PROXY_COUNT = 0
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
