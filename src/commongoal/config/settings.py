"""The settings of a real installation: all that differs between two of them comes from the environment.

COMMONGOAL_SECRET     a long random text; sessions and links are signed with it (required)
COMMONGOAL_KEYS       encryption keys, newest first, separated by commas, each 32 bytes as hex (required)
COMMONGOAL_BLIND_KEY  the key of the blind index, 32 bytes as hex (required, never changed)
COMMONGOAL_HOSTS      the host names served, separated by commas (required)
COMMONGOAL_DATABASE   postgresql://user:password@host/name, or sqlite:///path (default: SQLite under COMMONGOAL_DATA)
COMMONGOAL_DATA       the folder for everything kept in files (default: build/site)
COMMONGOAL_MAIL       file:///folder or smtp://user:password@host:port (default: files under COMMONGOAL_DATA)
COMMONGOAL_TEXTS      dotted path of a class that sends text messages (default: files under COMMONGOAL_DATA)
"""

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from commongoal.config.database import database_from
from commongoal.config.mail import mail_from


def _needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set; commongoal.config.settings says what it is")
    return value


DATA = Path(os.environ.get("COMMONGOAL_DATA", "build/site")).resolve()
SECRET_KEY = _needed("COMMONGOAL_SECRET")
COMMONGOAL_KEYS = [bytes.fromhex(key) for key in _needed("COMMONGOAL_KEYS").split(",")]
COMMONGOAL_BLIND_KEY = bytes.fromhex(_needed("COMMONGOAL_BLIND_KEY"))
ALLOWED_HOSTS = _needed("COMMONGOAL_HOSTS").split(",")
DEMONSTRATION = False
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "commongoal.access",
    "commongoal.places",
    "commongoal.people",
    "commongoal.directory",
    "commongoal.pathway",
    "commongoal.valuation",
    "commongoal.jobs",
    "commongoal.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "commongoal.web.caching.NothingKept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "commongoal.web.sessions.SessionLimits",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "commongoal.config.urls"
WSGI_APPLICATION = "commongoal.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "commongoal.web.context.frame",
            ],
            "builtins": ["commongoal.web.tags"],
        },
    }
]
FORM_RENDERER = "commongoal.web.forms.GovukRenderer"
# Ours come before the packages' own: sign-in pages and widgets are drawn here.
INSTALLED_APPS.insert(0, INSTALLED_APPS.pop(INSTALLED_APPS.index("commongoal.web")))

DATABASES = {"default": database_from(os.environ.get("COMMONGOAL_DATABASE", f"sqlite:///{DATA / 'site.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# Used one-time codes and counts of wrong tries live here, so every process must see the same one.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Kept outside everything that is served: documents about people, ledgers, and text messages where no sender is set.
DOCUMENTS, SNAPSHOTS, TEXTS, PLACES = DATA / "documents", DATA / "snapshots", DATA / "texts", DATA / "places"
COMMONGOAL_TEXTS = os.environ.get("COMMONGOAL_TEXTS", "")
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
globals().update(mail_from(os.environ.get("COMMONGOAL_MAIL", f"file://{DATA / 'mail'}")))
DEFAULT_FROM_EMAIL = os.environ.get("COMMONGOAL_FROM", "commongoal@localhost")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# Sign-in: e-mail, password and a one-time code; nobody signs up, everybody is invited.
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("name", "email")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "commongoal.web.sign_in.Adapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger's address gets no mail from here
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a name
ACCOUNT_FORMS = {
    "login": "commongoal.web.sign_in_forms.SignIn",
    "change_password": "commongoal.web.sign_in_forms.ChangePassword",
    "reset_password": "commongoal.web.sign_in_forms.AskForLink",
    "reset_password_from_key": "commongoal.web.sign_in_forms.ChoosePassword",
    "reauthenticate": "commongoal.web.sign_in_forms.ConfirmPassword",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the address that the one proxy in front added is where a try came from
# As many wrong codes as axes allows wrong passwords, for as long.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,5/30m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the invitation was sent to the address
MFA_FORMS = {
    "authenticate": "commongoal.web.sign_in_forms.EnterCode",
    "reauthenticate": "commongoal.web.sign_in_forms.ConfirmCode",
    "activate_totp": "commongoal.web.sign_in_forms.FirstCode",
}
MFA_TOTP_ISSUER = "Common Goal"
MFA_ADAPTER = "commongoal.web.sign_in.CodesAdapter"
CSRF_FAILURE_VIEW = "commongoal.web.faults.form_too_old"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_LOCKOUT_TEMPLATE = "commongoal/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_USERNAME_CALLABLE = "commongoal.web.sign_in.tried_address"
AXES_VERBOSE = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # who signed in, from where, is kept nowhere
AXES_ENABLE_ADMIN = False
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # the lock is on the e-mail address, from wherever it is tried

# Sessions end when the browser closes, after half an hour untouched, and in any case after twelve.
SESSION_COOKIE_AGE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_LONGEST = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Nothing personal goes to a log: paths carry ids alone, and error pages and reports carry no values.
DEFAULT_EXCEPTION_REPORTER = "commongoal.config.logs.PlainReporter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "commongoal.config.logs.PlainFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django sends mail with error reports, and its own server prints addresses; neither happens here.
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "ERROR"},  # it warns of being told to stop
        "commongoal": {"level": "INFO"},
    },
}
