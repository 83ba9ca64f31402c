"""Share of a child with a partner, as they will see it; end, extend, and write what a share shows."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

import cases.queries
import clock
import partners.commands
import partners.permissions
import partners.queries
from accounts.models import User
from audit.denied import NotVisible
from cases.models import CaseChild, Contact, Person, Section
from cases.queries import WhoMayBeTold
from desk import refusals
from desk.help import help_as_shared
from desk.looks import looked, looked_at
from desk.requests import Request, posted
from partners import forms
from partners.models import Agreement, Condition, LawfulBasis, Share

# Half a year, or what is left of the agreement (default by judgement).
SHARED_FOR = timedelta(days=182)
PRESET = (Section.SUMMARY, Section.PLAN)
# Who may be told stands first, before anything else is decided.
ORDER = ("safe_to_tell_read",)


def new_share(request: Request, place_id: int) -> HttpResponse:
    """Share a child's place in a case."""
    place = cases.queries.place(place_id, viewer=request.user)
    partners.permissions.check_can_share(place, by=request.user)
    if request.method != "POST" and not place.case.is_open:
        return redirect("case", place.case_id)
    return _share_of(request, place)


def new_child_share(request: Request, person_id: int) -> HttpResponse:
    """Share of a child before there is a case, as when they are referred."""
    person = cases.queries.record(person_id, viewer=request.user).person
    partners.permissions.check_can_share_child(person, by=request.user)
    return _share_of(request, person)


def new_contact_share(request: Request, person_id: int, contact_id: int) -> HttpResponse:
    """Share one contact of a child, in the partner's text of it, and nothing of the record but a summary."""
    person = cases.queries.record(person_id, viewer=request.user).person
    partners.permissions.check_can_share_child(person, by=request.user)
    contact = cases.queries.contact(contact_id, viewer=request.user)
    partners.permissions.check_crosses(contact, person, by=request.user)
    return _share_of(request, person, contact)


def _share_of(
    request: Request, child: CaseChild | Person, contact: Contact | None = None
) -> HttpResponse:
    """Choose the agreement; say what is shared and why; write the partner's text of each line; see it
    as they will; share it. Each step sends everything again, and nothing is kept before the last."""
    sent = posted(request)
    chosen = request.GET or _only(request.user) if sent is None else sent
    asked = forms.ChooseAgreement(chosen, viewer=request.user)
    if not asked.is_valid():
        if sent is None and "agreement" not in request.GET:
            asked = forms.ChooseAgreement(viewer=request.user)
        return _shown(request, child, "choose_agreement", form=asked)
    agreement = asked.cleaned_data["agreement"]
    form = forms.Share(
        sent,
        viewer=request.user,
        child=child,
        agreement=agreement,
        contact=contact,
        initial=_usual(agreement),
        field_order=ORDER,
    )
    if sent is None or "change" in sent or not form.is_valid():
        carried = _texts_of(sent) if sent else []
        return _shown(request, child, "new_share", form=form, agreement=agreement, carried=carried)
    return _write_and_see(request, child, contact, form, sent)


def _write_and_see(
    request: Request,
    child: CaseChild | Person,
    contact: Contact | None,
    form: forms.Share,
    sent: QueryDict,
) -> HttpResponse:
    """The second half, once what is shared and why is said: the texts, the preview, the share."""
    said = form.cleaned_data
    lines = []
    if contact:
        person = _person(child)
        lines = [partners.queries.contact_to_write(person, contact, viewer=request.user)]
    elif Section.CHRONOLOGY in said["sections"]:
        lines = partners.queries.lines_to_write(child, agency=said["agency"], viewer=request.user)
    written = bool(lines) and "written" in sent
    texts = forms.Texts(
        sent if written else None,
        lines=lines,
        first_name=_person(child).forenames.split(" ")[0],
        must_write=contact is not None,
    )
    context = {"form": form, "texts": texts, "agreement": form.agreement}
    rewriting = "rewrite" in sent or (written and not texts.is_valid())
    unwritten = not written and ("preview" in sent or contact is not None)
    if lines and (rewriting or unwritten):
        return _shown(request, child, "write_texts", **context, carried=_typed(form, sent))
    chosen = texts.texts if written else {}
    if "preview" in sent:
        return _preview(request, child, contact, form, chosen, sent)
    if _share(request, child, contact, form, chosen):
        return _back(child)
    return _shown(request, child, "new_share", **context, carried=_texts_of(sent))


def _preview(
    request: Request,
    child: CaseChild | Person,
    contact: Contact | None,
    form: forms.Share,
    texts: dict[int, str],
    sent: QueryDict,
) -> HttpResponse:
    said = form.cleaned_data
    seen = partners.queries.as_they_see_it(
        child,
        agency=said["agency"],
        sections=said["sections"],
        summary=said["summary"],
        texts=texts,
        viewer=request.user,
    )
    condition = said.get("condition", "")
    late = {a.pk for a in seen.actions if cases.queries.is_late(a, viewer=request.user)}
    help_seen = None
    if isinstance(child, CaseChild):
        help_seen = help_as_shared(child, seen.sections, viewer=request.user)
    return _shown(
        request,
        child,
        "preview_share",
        seen=seen,
        contact=contact,
        contact_text=texts.get(contact.pk, "") if contact else "",
        share=said,
        agreement=form.agreement,
        lawful_basis=LawfulBasis(said["lawful_basis"]).label,
        condition=Condition(condition).label if condition else "",
        first_day=clock.london_date(said["starts_at"] or clock.now()),
        last_day=clock.london_date(said["until"] - timedelta(microseconds=1)),
        late=late,
        help=help_seen,
        typed=_typed(form, sent) + _texts_of(sent),
        has_texts=bool(_texts_of(sent)),
    )


def _shown(request: Request, child: CaseChild | Person, page: str, **context: Any) -> HttpResponse:
    """One step of a share, with its look."""
    place = child if isinstance(child, CaseChild) else None
    person = _person(child)
    if place:
        sight = cases.queries.sight_of(place, viewer=request.user)
    else:
        sight = cases.queries.record(person.pk, viewer=request.user)
    looked_at(request, sight, records={"place": place.pk} if place else None)
    in_error = [each for each in (context.get("form"), context.get("texts")) if each is not None]
    status = 422 if any(each.errors for each in in_error) else 200
    safe = cases.queries.safe_to_tell(sight, viewer=request.user)
    context |= {"place": place, "person": person, "safe": safe}
    return render(request, f"desk/partners/{page}.html", context, status=status)


def _person(child: CaseChild | Person) -> Person:
    return child if isinstance(child, Person) else child.person


def _back(child: CaseChild | Person) -> HttpResponse:
    if isinstance(child, CaseChild):
        return redirect("case", child.case_id)
    return redirect("child", child.pk)


def _only(viewer: User) -> dict[str, str] | None:
    """The one agreement that there is to choose: then nobody is asked."""
    offered = forms.ChooseAgreement(viewer=viewer).offered
    return {"agreement": str(offered[0].pk)} if len(offered) == 1 else None


def _usual(agreement: Agreement) -> dict[str, Any]:
    """What most shares say: summary and plan, for half a year or what is left of the agreement."""
    until = min(clock.today() + SHARED_FOR, agreement.last_day)
    sections = [section for section in PRESET if section in agreement.sections]
    usual: dict[str, Any] = {"sections": sections, "until": until}
    for name, answers in (
        ("purpose", agreement.purposes),
        ("lawful_basis", agreement.lawful_bases),
    ):
        if len(answers) == 1:
            usual[name] = answers[0]
    return usual


def _share(
    request: Request,
    child: CaseChild | Person,
    contact: Contact | None,
    form: forms.Share,
    texts: dict[int, str],
) -> bool:
    """Make the share. False where the command refused it: the form says why."""
    said = form.cleaned_data
    try:
        partners.commands.share(
            child,
            agreement=form.agreement,
            contact=contact,
            texts=texts,
            by=request.user,
            **said,
        )
    except ValidationError as error:
        if not _shared_already(request, child, contact, form):
            refusals.put(form, error)
            return False
    # By reference: a message waits in the browser, and no child's name does.
    of = f"the record of {_person(child).reference}"
    when = (
        "can now see" if not said["starts_at"] or said["starts_at"] <= clock.now() else "will see"
    )
    messages.success(request, f"{said['agency']} {when} what you chose of {of}.")
    return True


def _shared_already(
    request: Request, child: CaseChild | Person, contact: Contact | None, form: forms.Share
) -> bool:
    """Whether it is this very share, sent twice."""
    said = form.cleaned_data
    standing = (
        partners.queries.shares(child, viewer=request.user)
        if isinstance(child, CaseChild)
        else partners.queries.disclosures(child, viewer=request.user).standing()
    )
    same = {name: said[name] for name in ("agency", "purpose", "summary", "until")}
    return standing.filter(
        **same, agreement=form.agreement, contact=contact, decided_by=request.user
    ).exists()


TEXT_NAMES = ("line_", "text_", "read_")


def _typed(form: forms.Share, sent: QueryDict) -> list[tuple[str, str]]:
    """What was typed, carried through a step unseen; of a date, each of its parts."""
    names = {"agreement", *form.fields}
    asked = [(name, values) for name, values in sent.lists() if name.partition("-")[0] in names]
    return [(name, value) for name, values in asked for value in values]


def _texts_of(sent: QueryDict) -> list[tuple[str, str]]:
    """The partner's texts as they were typed, once they were asked."""
    asked = [(name, values) for name, values in sent.lists() if name.startswith(TEXT_NAMES)]
    found = [(name, value) for name, values in asked for value in values]
    return [*found, ("written", "yes")] if "written" in sent else []


def end_share(request: Request, share_id: int) -> HttpResponse:
    """End a share, in that second."""
    share = partners.queries.share(share_id, viewer=request.user)
    partners.permissions.check_can_end(share, by=request.user)
    form = forms.EndShare(posted(request))
    if request.method == "POST" and not share.is_standing:
        return _ended(request, share)
    if form.is_valid():
        partners.commands.end_share(share, by=request.user, **form.cleaned_data)
        return _ended(request, share)
    _looked_at_share(request, share)
    context = {
        "share": share,
        "form": form,
        "is_closed_to": partners.queries.is_closed_to(share, viewer=request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/end_share.html", context, status=status)


def _ended(request: Request, share: Share) -> HttpResponse:
    messages.success(request, f"Sharing with {share.agency} has ended. They see nothing of it now.")
    return _to_child(request, share)


def _to_child(request: Request, share: Share) -> HttpResponse:
    """Back to where the child is; to My work for whom the child is open no more."""
    if share.place:
        return redirect("case", share.place.case_id)
    try:
        cases.queries.record(share.person_id, viewer=request.user)
    except NotVisible:
        return redirect("home")
    return redirect("child", share.person_id)


def _looked_at_share(request: Request, share: Share) -> None:
    """A look at a child through a share that one answers for, whether the child is still open or not."""
    records = {"share": share.pk}
    try:
        child = share.place
        sight = (
            cases.queries.sight_of(child, viewer=request.user)
            if child
            else cases.queries.record(share.person_id, viewer=request.user)
        )
    except NotVisible:
        looked(request, persons=[share.person_id], records=records, ground="own")
    else:
        looked_at(request, sight, records=records)


def _safe(share: Share, viewer: User) -> WhoMayBeTold | None:
    """Whom it is safe to tell of the child; None where nobody said, or the child is open no more."""
    try:
        sight = cases.queries.record(share.person_id, viewer=viewer)
    except NotVisible:
        return None
    return cases.queries.safe_to_tell(sight, viewer=viewer)


def extend_share(request: Request, share_id: int) -> HttpResponse:
    """Move a share's end to a later day, within its agreement."""
    share = partners.queries.share(share_id, viewer=request.user)
    partners.permissions.check_can_keep(share, by=request.user)
    safe = _safe(share, request.user)
    form = forms.ExtendShare(posted(request), safe=safe)
    if form.is_valid():
        try:
            extended = partners.commands.extend_share(share, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"{share.agency} sees it for longer now.")
            return _to_child(request, extended)
    _looked_at_share(request, share)
    latest = share.agreement.latest_end(is_safeguarding=share.is_safeguarding)
    context = {
        "share": share,
        "form": form,
        "latest": clock.london_date(latest - timedelta(microseconds=1)),
        "safe": safe,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/partners/extend_share.html", context, status=status)


def share_texts(request: Request, share_id: int) -> HttpResponse:
    """What the partner reads of each line of the chronology that a share opens."""
    share = partners.queries.share(share_id, viewer=request.user)
    partners.permissions.check_can_keep(share, by=request.user)
    lines = partners.queries.lines_of_share(share, viewer=request.user)
    safe = _safe(share, request.user)
    form = forms.Texts(
        posted(request),
        lines=lines,
        first_name=share.person.forenames.split(" ")[0],
        must_write=share.contact_id is not None,
        safe=safe,
    )
    if form.is_valid():
        taken_back = {line.of: "" for line in lines if line.written and line.of not in form.texts}
        try:
            partners.commands.write_partner_texts(
                share,
                texts=form.texts | taken_back,
                safe_to_tell_read=form.version_read,
                by=request.user,
            )
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"{share.agency} now reads what you wrote.")
            return _to_child(request, share)
    _looked_at_share(request, share)
    context = {"share": share, "texts": form, "person": share.person, "safe": safe}
    status = 422 if form.errors else 200
    return render(request, "desk/partners/share_texts.html", context, status=status)
