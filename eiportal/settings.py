"""Settings, one file; what differs between places comes from the environment."""

from pathlib import Path

from eiportal import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_servers(BASE_DIR / "var/demo/servers.env")

# The demo and the tests say so themselves: a place that forgets its key must not start with theirs.
DEMO = env.flag("PORTAL_DEMO")
DEBUG = False
# The demo and the tests run on one machine; a real place gives its own key.
SECRET_KEY = env.text("PORTAL_SECRET_KEY", "demo-only-" * 6 if DEMO else None)
ALLOWED_HOSTS = env.words("PORTAL_HOSTS", "localhost,127.0.0.1,[::1],testserver" if DEMO else "")
CSRF_TRUSTED_ORIGINS = env.words("PORTAL_ORIGINS")

INSTALLED_APPS = [
    "eiportal",
    "desk",
    "insights",
    "oversight",
    "interventions",
    "referrals",
    "partners",
    "risk",
    "cases",
    "rest",
    "accounts",
    "audit",
    "govuk",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "guardian",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    # A real place has its TLS proxy in front; the demo and the tests have nothing.
    *([] if DEMO else ["eiportal.proxy.ClientAddress"]),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Above all that may redirect, to the sign-in page too.
    "govuk.middleware.SafeSend",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInRequired",
    "accounts.middleware.Asking",
    "audit.middleware.Requests",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "eiportal.urls"
WSGI_APPLICATION = "eiportal.wsgi.application"

FORM_RENDERER = "govuk.renderer.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.navigation.navigation",
            ],
        },
    }
]

# Two roles from the first day: the portal works as portal_app, migrations run as portal_owner.
DATABASES = {
    "default": env.database("DATABASE_URL") | {"ATOMIC_REQUESTS": True, "CONN_MAX_AGE": 60},
    "owner": env.database("OWNER_DATABASE_URL"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
# Guardian's own backend knows no windows: cases.access.scope is the one checker (docs/adr/0003).
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}

CELERY_BROKER_URL = env.celery_url(REDIS_URL)
CELERY_TIMEZONE = "Europe/London"
# A task whose worker died is given to another: every task may run twice and ends in the same state.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var/static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    BASE_DIR / "assets/js",
    BASE_DIR / "var/assets",
    ("assets/images", NODE_MODULES / "govuk-frontend/dist/govuk/assets/images"),
    ("assets/images", NODE_MODULES / "@ministryofjustice/frontend/moj/assets/images"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

# Behind a TLS proxy all of these hold; the demo on localhost has no TLS.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if not DEMO else None
SECURE_HSTS_SECONDS = 0 if DEMO else 60 * 60 * 24 * 365
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# What a force sets for itself.
HUB_PHONE = env.text("PORTAL_HUB_PHONE", "01632 960 100")
# The council's emergency duty team: who answers for a child in the evening, at night, at weekends.
DUTY_TEAM_PHONE = env.text("PORTAL_DUTY_TEAM_PHONE", "01632 960 200")
CONTROL_ROOM_PHONE = env.text("PORTAL_CONTROL_ROOM_PHONE", "01632 960 999")

# The REST API (docs/adr/0005): clients of agencies with bearer tokens, and nothing else.
API_SCOPES = {
    "contacts:write": "Post contacts and their newer texts",
    "referrals:read": "Read what became of the agency's own referrals",
    "notices:read": "Read the notices to the agency",
    "notices:write": "Acknowledge the notices to the agency",
    "shared:read": "Read what is shared with one's agency",
    "shared:write": "Add what one's agency knows of a child who is shared with it",
    "requests:read": "Read what other agencies ask one's agency",
    "requests:write": "Answer what other agencies ask one's agency",
    "contributions:read": "Read what agencies added of a child and mean for one's own",
    "contributions:pass-on": "Pass on what an agency added, once its author has agreed",
    "asking:read": "Read what one's agency asks others of a child, and their answers",
    "asking:write": "Ask other agencies what they know of a child",
    "not-shared:read": "Read with whom a child is not shared, where the full record is open",
    "agreements:read": "Read the agreements that bind one's agency",
    "risk:read": "Read a child's readings, or what to watch for, where there is a ground",
    "services:read": "Read which help is on offer here",
    "duty:read": "Read who is on duty now, and on which number",
    "audit:read": "Read the record of use (clients of the lead agency)",
}
API_TOKEN_SECONDS = 60 * 60
# Requests a minute: of one client, and for tokens from one address (defaults by judgement).
API_RATE = int(env.text("PORTAL_API_RATE", "600"))
API_TOKEN_RATE = int(env.text("PORTAL_API_TOKEN_RATE", "60"))
OAUTH2_PROVIDER_APPLICATION_MODEL = "rest.Client"
OAUTH2_PROVIDER = {
    "SCOPES": API_SCOPES,
    "SCOPES_BACKEND_CLASS": "rest.http.tokens.ClientScopes",
    "OAUTH2_VALIDATOR_CLASS": "rest.http.tokens.Validator",
    # Knows client credentials and no other grant.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "ACCESS_TOKEN_EXPIRE_SECONDS": API_TOKEN_SECONDS,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    # Of a token only its checksum is kept.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest.http.tokens.Bearer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest.http.scopes.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["rest.http.limits.PerClient"],
    "DEFAULT_PARSER_CLASSES": ["rest.http.bodies.Json"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "rest.http.bodies.AlwaysJson",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "rest.http.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Early Intervention Portal",
    "DESCRIPTION": "Post contacts with children and young people, and read what your agency may see.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # As eiportal/api.py orders them.
    "SORT_OPERATIONS": False,
}

# Where heads of the audit chain are anchored, outside the database (docs/deploy.md).
AUDIT_ANCHORS = env.anchors(
    "PORTAL_AUDIT_ANCHOR", f"file://{BASE_DIR}/var/demo/anchors.jsonl" if DEMO else ""
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.text("PORTAL_LOG_LEVEL", "WARNING")},
}
