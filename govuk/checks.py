"""What `manage.py check` asks of the settings."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

MIDDLEWARE = "govuk.middleware.SafeSend"
SIGNED_IN = "django.contrib.auth.middleware.AuthenticationMiddleware"


@register()
def safe_send_is_answered(**kwargs: object) -> list[CheckMessage]:
    """portal.js sends forms in the background; without the middleware their answers are lost."""
    order = list(settings.MIDDLEWARE)
    if MIDDLEWARE not in order:
        return [Error(f"MIDDLEWARE must hold {MIDDLEWARE!r}.", id="govuk.E001")]
    if SIGNED_IN in order and order.index(SIGNED_IN) < order.index(MIDDLEWARE):
        hint = "What sends people to the sign-in page stands below that, and must be seen by it."
        return [Error(f"{MIDDLEWARE!r} must stand above {SIGNED_IN!r}.", hint, id="govuk.E002")]
    return []
