"""Ticked words that wait for the viewer."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

import accounts.queries
import asking
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import Contact, DutyCall, Prompt, PromptState
from cases.queries.restrictions import with_hidden


def prompts(*, viewer: User) -> QuerySet[Prompt]:
    """Ticked words that wait for the viewer, gravest first: of the areas of their teams, and any
    that they were called about.

    A team without an area sees the whole force; words from a place that no area knows go to these. Asked as
    the portal: of a contact with a hidden child the database shows the viewer nothing, by which the
    words of the others would be lost.
    """
    fresh_first = ["-is_grave", "-climbs", "due_at", "person_id", "-contact__occurred_at", "pk"]
    return _prompts_of(viewer).filter(state=PromptState.WAITING).order_by(*fresh_first)


def prompt(prompt_id: int, *, viewer: User) -> Prompt:
    """A prompt of the viewer's areas, or that called them, decided or waiting. NotVisible (404) else."""
    with asking.task("prompt"):
        found = _prompts_of(viewer).filter(pk=prompt_id).first()
    if found is None:
        raise NotVisible("prompt", prompt_id)
    put_contacts([found], viewer=viewer)
    return found


def put_contacts(found: Sequence[Prompt], *, viewer: User) -> None:
    """With each word, as `told_in`, the contact that it was ticked in; None where that is not the viewer's
    to read: the word is of one child, the text tells of all."""
    read = Contact.objects.filter(pk__in={prompt.contact_id for prompt in found})
    read = read.exclude(pk__in=with_hidden(viewer=viewer)).select_related("area")
    contacts = {contact.pk: contact for contact in read}
    for prompt in found:
        prompt.told_in = contacts.get(prompt.contact_id)


def _prompts_of(viewer: User) -> QuerySet[Prompt]:
    if not permissions.can(permissions.REVIEW_PROMPTS, by=viewer) or not viewer.agency.is_lead:
        return Prompt.objects.none()
    teams = accounts.queries.teams(viewer=viewer)
    found = Prompt.objects.select_related(
        "person", "indicator", "decided_by", "observation__flag"
    ).exclude(person__in=scope.hidden_from(viewer))
    if teams.filter(area=None).exists():
        return found
    called = DutyCall.objects.filter(user=viewer, passed_at=None, prompt__isnull=False)
    return found.filter(
        Q(contact__area__in=teams.values("area")) | Q(pk__in=called.values("prompt"))
    )
