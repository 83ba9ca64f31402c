"""Let an agency's program in, give it a new secret, shut it out; keep what it was answered."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from oauth2_provider.models import get_access_token_model

import accounts.commands
import asking
import audit.commands
import clock
from accounts.models import Agency, Role, User
from audit.models import Kind
from rest import permissions
from rest.models import Client, IdempotentRequest

# How long a second try is given the first answer.
KEPT = timedelta(days=7)
# 43 letters and digits: 256 bits, nobody guesses it.
SECRET_BYTES = 32


@asking.command
def register_client(
    name: str, *, agency: Agency, scopes: Iterable[str], by: User
) -> tuple[Client, str]:
    """Let a program of an agency in. The client, and its secret: told now and never again.

    ValidationError without a scope, with one that there is not, or for a name that is taken.
    """
    permissions.check_can_manage_clients_of(agency, by=by)
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(settings.API_SCOPES):
        raise ValidationError({"scopes": "Choose what the client may do."})
    # Of two who send one name at once, the second waits here for the first.
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if Client.objects.filter(name=name, user__agency=agency, revoked_at=None).exists():
        raise ValidationError({"name": "The agency has a client of this name. Choose another."})
    key, secret = f"client-{secrets.token_hex(8)}", secrets.token_urlsafe(SECRET_BYTES)
    user = accounts.commands.invite_user(
        key, name=name, agency=agency, roles=[Role.API_CLIENT], password=None, by=by
    )
    client = Client.objects.create(
        user=user,
        client_id=key,
        client_secret=secret,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        name=name,
        scopes=wanted,
        registered_at=clock.now(),
        secret_made_at=clock.now(),
    )
    _record(Kind.COLLECTION, "register client", client, by)
    return client, secret


@asking.command
def renew_secret(client: Client, *, by: User) -> str:
    """A new secret, told now and never again. The old one and its tokens end in this second.

    ValidationError for a client that was revoked.
    """
    client = _held(client, by)
    if client.revoked_at:
        raise ValidationError("This client was revoked: register a new one.")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    client.client_secret, client.secret_made_at = secret, clock.now()
    client.save(update_fields=["client_secret", "secret_made_at"])
    _end_tokens(client)
    _record(Kind.ALTERATION, "renew secret", client, by)
    return secret


@asking.command
def revoke_client(client: Client, *, by: User) -> None:
    """Shut a program out in this second, its tokens in use too. Revoked twice, it stays as it was."""
    client = _held(client, by)
    if client.revoked_at:
        return
    client.revoked_at = clock.now()
    client.save(update_fields=["revoked_at"])
    _end_tokens(client)
    _record(Kind.ALTERATION, "revoke client", client, by)


def _held(client: Client, by: User) -> Client:
    permissions.check_can_manage_clients_of(client.agency, by=by)
    return Client.objects.select_for_update(of=("self",)).get(pk=client.pk)


def _end_tokens(client: Client) -> None:
    get_access_token_model().objects.filter(application=client).delete()


def _record(kind: Kind, verb: str, client: Client, by: User) -> None:
    records = {"client": client.pk, "user": client.user_id}
    audit.commands.record(kind, verb, records=records, by=by)


@asking.command
def await_turn(key: str, *, by: User) -> None:
    """Two requests of one client under one key at once: the second waits until the first has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"request {by.pk} {key}"]
        )


@asking.command
def keep_answer(
    key: str,
    *,
    request: str,
    body_hash: str,
    status: int,
    answer: str,
    told: Iterable[int],
    otherwise: str,
    by: User,
) -> IdempotentRequest:
    """Keep what was answered, in the transaction of the work that it is the answer to."""
    return IdempotentRequest.objects.create(
        client=Client.objects.get(user=by),
        key=key,
        request=request,
        body_hash=body_hash,
        status=status,
        answer=answer,
        told=sorted(told),
        otherwise=otherwise,
        made_at=clock.now(),
    )


@asking.command
def forget_answers(*, by: User) -> int:
    """Delete answers that have been kept for 7 days, and tokens that have expired. How many answers."""
    forgotten, _ = IdempotentRequest.objects.filter(made_at__lt=clock.now() - KEPT).delete()
    tokens = get_access_token_model().objects.filter(expires__lt=clock.now())
    ended, _ = tokens.delete()
    if forgotten or ended:
        records = {"answers forgotten": forgotten, "tokens forgotten": ended}
        audit.commands.record(Kind.ERASURE, "forget answers", records=records, by=by)
    return forgotten
