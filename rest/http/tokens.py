"""Bearer tokens: given to clients by django-oauth-toolkit, asked for at every request here."""

import hashlib
import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from oauth2_provider.models import get_access_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from rest.models import Client

# RFC 6750, b64token: anything else is no token, and never reaches the database.
BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/-]{1,255}=*)", re.IGNORECASE)


class Bearer(BaseAuthentication):
    """`Authorization: Bearer ...`, in the header alone. One query a request.

    A token counts while it has not expired, its client was not revoked and its user is active: what
    is withdrawn ends in that second. `request.auth` is the token.
    """

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        given = request.META.get("HTTP_AUTHORIZATION", "")
        if not given:
            return None
        found = BEARER.fullmatch(given)
        token = _live(found[1]) if found else None
        if token is None:
            raise AuthenticationFailed("The token is unknown, has expired or was withdrawn.")
        return token.application.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _live(token: str) -> Any | None:
    known = (
        get_access_token_model()
        .objects.select_related("application__user__agency")
        .filter(token_checksum=hashlib.sha256(token.encode()).hexdigest())
        .filter(expires__gt=clock.now())
        .first()
    )
    return known if known and known.application.is_live else None


class ClientScopes(BaseScopes):
    """A client may ask for its own scopes, and is given all of them if it asks for none."""

    def get_all_scopes(self) -> dict[str, str]:
        return dict(settings.API_SCOPES)

    def get_available_scopes(
        self, application: Client | None = None, request: object = None, *_: Any, **__: Any
    ) -> list[str]:
        return list(application.scopes) if application else []

    get_default_scopes = get_available_scopes


def _hold(client_id: str) -> None:
    """Hold a client until its token is given: a new secret or a revocation waits, and ends it too.

    Otherwise a token asked for with the old secret could be written after the old ones had ended.
    """
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(Client._meta.db_table)
        cursor.execute(f"select 1 from {table} where client_id = %s for share", [client_id])


class Validator(OAuth2Validator):
    """The toolkit's, with the portal's clock, and deaf to what no database can hold."""

    def _load_application(self, client_id: str | None, request: Any) -> Client | None:
        if not client_id or not re.fullmatch("client-[0-9a-f]{16}", client_id):
            return None
        _hold(client_id)
        found: Client | None = super()._load_application(client_id, request)
        return found

    def _create_access_token(self, expires: Any, request: Any, token: Any, *args: Any) -> Any:
        expires = clock.now() + timedelta(seconds=settings.API_TOKEN_SECONDS)
        client: Client = request.client
        records = {"client": client.pk}
        audit.commands.record(Kind.CONSULTATION, "give token", records=records, by=client.user)
        return super()._create_access_token(expires, request, token, *args)
