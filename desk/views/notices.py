"""Notices: write one and see it as they will, read and acknowledge one, take one back."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

import cases.queries
import partners.commands
import partners.permissions
import partners.queries
from audit.denied import NotAllowed, NotVisible
from cases.access.scope import Sight
from cases.models import Person
from desk import paging, refusals
from desk.looks import looked, looked_at, looked_at_all
from desk.requests import Request, posted
from partners import forms
from partners.models import Notice

# Who may be told stands first, before anything else is decided.
ORDER = ("safe_to_tell_read",)


# --- writing one ------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def of_contact(request: Request, contact_id: int) -> HttpResponse:
    """Tell an agency of one child of a contact."""
    contact = cases.queries.contact(contact_id, viewer=request.user)
    children = contact.children.order_by("pk").select_related("person")
    sights = _to_tell_of(request, [child.person for child in children])
    people = [sight.person for sight in sights]
    form = forms.Notice(posted(request), viewer=request.user, people=people, about=contact,
                        field_order=ORDER)  # fmt: skip
    if _answered(request, form):
        return redirect("contact", contact.pk)
    looked_at_all(request, sights, records={"contact": contact.pk})
    return _page(request, form, {"contact": contact})


@require_http_methods(["GET", "POST"])
def of_child(request: Request, person_id: int) -> HttpResponse:
    """Tell an agency of one child, about a contact or something else."""
    sight = cases.queries.record(person_id, viewer=request.user)
    partners.permissions.check_can_send_notice(sight.person, by=request.user)
    form = forms.Notice(
        posted(request),
        viewer=request.user,
        people=[sight.person],
        contacts=partners.queries.contacts_to_tell_of(sight.person, viewer=request.user),
        field_order=ORDER,
    )
    if _answered(request, form):
        return redirect("child", person_id)
    looked_at(request, sight)
    return _page(request, form, {"person": sight.person})


def _to_tell_of(request: Request, people: Iterable[Person]) -> list[Sight]:
    """The children whom the viewer may tell of. NotVisible or NotAllowed where there is none."""
    refusal: NotVisible | NotAllowed | None = None
    sights = []
    for person in people:
        try:
            partners.permissions.check_can_send_notice(person, by=request.user)
        except (NotVisible, NotAllowed) as refused:
            refusal = refused
        else:
            sights.append(cases.queries.record(person.pk, viewer=request.user))
    if refusal and not sights:
        raise refusal
    return sights


def _answered(request: Request, form: forms.Notice) -> Notice | None:
    """The notice, once it is sent. None where the form comes back, or shows it first."""
    if not form.is_valid() or "preview" in request.POST or "change" in request.POST:
        return None
    said = form.said
    person = said.pop("person")
    try:
        notice = partners.commands.send_notice(person, by=request.user, **said)
    except ValidationError as error:
        refusals.put(form, error)
        return None
    assert form.notice is not None, "the form is valid"
    if notice.content == form.notice.content and notice.sent_by == request.user:
        messages.success(request, f"Notice {notice.reference} is on its way to {notice.agency}.")
    else:
        messages.warning(
            request,
            f"{notice.agency} had been told of this before: notice {notice.reference} stands, and "
            "what you wrote now was not sent. Recall that one first if it is wrong.",
        )
    return notice


def _page(request: Request, form: forms.Notice, about: dict[str, Any]) -> HttpResponse:
    safe_of = [(person, form.safe.get(person)) for person in form.people]
    context = {"form": form, "safe_of": safe_of, **about}
    if form.is_bound and form.is_valid() and "preview" in request.POST:
        context |= {"notice": form.notice, "typed": _typed(request, form)}
        return render(request, "desk/notices/preview.html", context)
    status = 422 if form.errors else 200
    return render(request, "desk/notices/new.html", context, status=status)


def _typed(request: Request, form: forms.Notice) -> list[tuple[str, str]]:
    """What was typed, carried through the preview unseen; of a moment, each of its parts."""
    sent = request.POST.lists()
    asked = [(name, values) for name, values in sent if name.partition("-")[0] in form.fields]
    return [(name, value) for name, values in asked for value in values]


# --- receiving them ---------------------------------------------------------------------------


@require_safe
def notices(request: Request) -> HttpResponse:
    """The notices to the viewer's agency: what nobody sees to yet, then the rest."""
    partners.permissions.check_receives_notices(by=request.user)
    ours = partners.queries.notices_to_us(viewer=request.user)
    waiting = paging.first_due(request, partners.queries.notices_waiting(viewer=request.user))
    seen_to = paging.by_moment(request, ours.exclude(acknowledged_at=None), at="sent_at")
    shown = [*waiting.rows, *seen_to.rows]
    looked(
        request,
        persons=[notice.person_id for notice in shown],
        records={"notice": [notice.pk for notice in shown]},
        ground="notice",
    )
    context = {"waiting": waiting, "seen_to": seen_to}
    return render(request, "desk/notices/list.html", context)


@require_http_methods(["GET", "POST"])
def notice(request: Request, notice_id: int) -> HttpResponse:
    """A notice: for its receiver to read and acknowledge, for its sender to see what became of it."""
    with suppress(NotVisible):
        found = partners.queries.notice_to_us(notice_id, viewer=request.user)
        return _received(request, found)
    sent = partners.queries.notice_sent(notice_id, viewer=request.user)
    if request.method == "POST":
        raise NotAllowed("acknowledge a notice to another agency")
    context = {
        "notice": sent,
        "sight": _looked_at_sent(request, sent),
        "can_recall": partners.permissions.can_recall_notice(sent, by=request.user),
    }
    return render(request, "desk/notices/sent.html", context)


def _received(request: Request, found: Notice) -> HttpResponse:
    found = partners.commands.read_notice(found, by=request.user)
    form = forms.Acknowledgement(posted(request), initial={"seen_to_by": request.user.name})
    if form.is_valid():
        partners.commands.acknowledge_notice(found, by=request.user, **form.cleaned_data)
        messages.success(request, f"Thank you. {found.sent_by} has been told.")
        return redirect("notice", found.pk)
    looked(request, persons=[found.person_id], records={"notice": found.pk}, ground="notice")
    status = 422 if form.errors else 200
    context = {"notice": found, "form": form}
    return render(request, "desk/notices/received.html", context, status=status)


# --- what became of one -----------------------------------------------------------------------


def _looked_at_sent(request: Request, sent: Notice) -> Sight | None:
    """On the ground that opens the child; its sender's own words stay theirs, without one."""
    records = {"notice": sent.pk}
    try:
        sight = cases.queries.record(sent.person_id, viewer=request.user)
    except NotVisible:
        looked(request, persons=[sent.person_id], records=records, ground="own")
        return None
    looked_at(request, sight, records=records)
    return sight


@require_http_methods(["GET", "POST"])
def recall(request: Request, notice_id: int) -> HttpResponse:
    """Take a notice back, in that second."""
    sent = partners.queries.notice_sent(notice_id, viewer=request.user)
    partners.permissions.check_can_recall_notice(sent, by=request.user)
    if sent.recalled_at:
        return redirect("notice", sent.pk)
    form = forms.Recall(posted(request))
    if form.is_valid():
        partners.commands.recall_notice(sent, by=request.user, **form.cleaned_data)
        messages.success(request, f"Notice {sent.reference} is recalled. {sent.agency} sees nothing "
                         "of it now; information governance has been told.")  # fmt: skip
        return redirect("notice", sent.pk)
    _looked_at_sent(request, sent)
    status = 422 if form.errors else 200
    return render(
        request, "desk/notices/recall.html", {"notice": sent, "form": form}, status=status
    )
