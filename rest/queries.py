"""Which clients there are, and what was answered before."""

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from audit.denied import NotVisible
from rest import permissions
from rest.models import Client, IdempotentRequest


def scopes(*, viewer: User) -> dict[str, str]:
    """What a client may be let to do: each scope, and what it means."""
    return dict(settings.API_SCOPES)


def clients(*, viewer: User) -> QuerySet[Client]:
    """The clients that the viewer manages, by name, the revoked ones too.

    All of them for the lead agency, for another agency its own. NotAllowed without the role.
    """
    permissions.check_can_manage_clients(by=viewer)
    found = Client.objects.select_related("user__agency")
    return found if viewer.agency.is_lead else found.filter(user__agency=viewer.agency_id)


def client(client_id: int, *, viewer: User) -> Client:
    """One client. NotAllowed without the role, NotVisible where there is none."""
    found = clients(viewer=viewer).filter(pk=client_id).first()
    if found is None:
        raise NotVisible("client", client_id)
    return found


def kept_answer(key: str, *, viewer: User) -> IdempotentRequest | None:
    """What the viewer's client was answered under this key; None where the key is new."""
    return IdempotentRequest.objects.filter(client__user=viewer, key=key).first()
