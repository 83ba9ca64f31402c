"""What the viewer has typed and not sent."""

from uuid import UUID

from django.db.models import QuerySet

import asking
from accounts.models import User
from audit.denied import NotVisible
from cases.models import ContactDraft


def drafts(*, viewer: User) -> QuerySet[ContactDraft]:
    """The viewer's half-typed forms."""
    return ContactDraft.objects.filter(author=viewer, sent_at=None).order_by("-saved_at")


def draft(key: UUID, *, viewer: User) -> ContactDraft:
    """A draft of the viewer's own. NotVisible (404) otherwise."""
    found = ContactDraft.objects.filter(pk=key, author=viewer).select_related("contact").first()
    if found is None:
        raise NotVisible("draft", key)
    return found


def half_typed(form: str, key: UUID, *, viewer: User) -> ContactDraft | None:
    """The viewer's draft of this form under a key; None where nothing has been saved yet.

    NotVisible (404) where the key stands for somebody else's draft, or for another form.
    """
    # Asked as the portal: somebody else's would be as if it were not there, and the key taken all the same.
    with asking.task("half typed"):
        found = ContactDraft.objects.filter(pk=key).select_related("contact").first()
    if found is not None and (found.author_id != viewer.pk or found.form != form):
        raise NotVisible("draft", key)
    return found


def typed_before(form: str, *, author: User, viewer: User) -> ContactDraft | None:
    """What somebody who has left had typed of a form, and did not send; None where that is nothing.

    The caller has checked that the form is the viewer's to complete now.
    """
    # Asked as the portal: a draft is its author's alone.
    with asking.task("typed before"):
        return ContactDraft.objects.filter(author=author, form=form, sent_at=None).first()
