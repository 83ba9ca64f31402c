"""What needs somebody today: flags, prompts, captures to complete, cases, actions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

import accounts.queries
import asking
import clock
from accounts import permissions
from accounts.models import User
from audit.denied import NotVisible
from cases.access import scope
from cases.access.beside import PlaceBesideHidden
from cases.models import (
    Action,
    Case,
    CaseChild,
    Contact,
    ContactChild,
    ContactDraft,
    DutyCall,
    Flag,
    Indicator,
    Observation,
    Prompt,
    PromptState,
    Section,
    TeamPlace,
)
from cases.permissions import takes_over
from cases.queries.restrictions import with_hidden


def indicators(*, viewer: User) -> QuerySet[Indicator]:
    """What may be observed, as the catalogue orders it."""
    return Indicator.objects.filter(is_enabled=True)


def contacts(*, viewer: User) -> QuerySet[Contact]:
    """The viewer's own contacts for the agency that they work for, newest first; among them what they
    completed for somebody who had left."""
    return _told(Q(recorded_by=viewer) | Q(completed_by=viewer), viewer)


def contacts_told(*, viewer: User) -> QuerySet[Contact]:
    """What the viewer's agency told, newest first, for its staff who record contacts.

    Of the lead agency each reads their own.
    """
    if not permissions.can(permissions.RECORD_CONTACT, by=viewer):
        return Contact.objects.none()
    if accounts.queries.is_in_lead_agency(viewer=viewer):
        return contacts(viewer=viewer)
    return _told(Q(), viewer)


def _told(which: Q, viewer: User) -> QuerySet[Contact]:
    """Of the viewer's agency's contacts; none with a child who is hidden from them."""
    return (
        Contact.objects.filter(which, agency=viewer.agency_id)
        .exclude(pk__in=with_hidden(viewer=viewer))
        .order_by("-occurred_at", "-pk")
    )


def to_complete(*, viewer: User) -> QuerySet[Contact]:
    """The viewer's captures that still have to be completed."""
    return contacts(viewer=viewer).filter(completed_at=None)


def contact(contact_id: int, *, viewer: User) -> Contact:
    """A contact of the viewer's own, or one in a child's full record. NotVisible (404) otherwise.

    One text tells of all its children: with one of them hidden from the viewer, it is hidden too.
    """
    found = (
        Contact.objects.filter(pk=contact_id)
        .select_related("area", "agency", "recorded_by")
        .prefetch_related("children__person")
        .first()
    )
    if found is None or not _may_read(found, viewer):
        raise NotVisible("contact", contact_id)
    return found


def _may_read(contact: Contact, viewer: User) -> bool:
    if viewer.is_active and contacts(viewer=viewer).filter(pk=contact.pk).exists():
        return True
    if takes_over(contact, by=viewer):
        return _told(Q(pk=contact.pk), viewer).exists()
    if contact.is_police_only and not viewer.agency.is_lead:
        return False
    # Every child of it must be open in full: a sibling is not visible by having been there too.
    for child in contact.children.all():
        try:
            sight = scope.sight(viewer, child.person_id)
        except NotVisible:
            return False
        if not sight.everything:
            return False
    return True


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


def flags_raised_by(contact: Contact, *, viewer: User) -> QuerySet[Flag]:
    """The flags of a contact that the viewer was shown, unanswered first, with who was called.

    Of its own children: none that was taken into a restricted child's record.
    """
    raised = (
        Flag.objects.filter(contact=contact, person__in=_children_of(contact))
        .select_related("person", "answered_by")
        .prefetch_related("calls__user")
        .order_by(F("answered_at").asc(nulls_first=True), "raised_at", "pk")
    )
    return raised if viewer.agency.is_lead else raised.filter(police_only=False)


def observed_at(contact: Contact, *, viewer: User) -> QuerySet[Observation]:
    """What was observed at a contact that the viewer was shown, strengths last; of its own children."""
    observed = (
        Observation.objects.filter(
            contact=contact, person__in=_children_of(contact), voided_at=None
        )
        .select_related("indicator")
        .order_by("person_id", "indicator__kind", "indicator__code", "pk")
    )
    return observed if viewer.agency.is_lead else observed.filter(police_only=False)


def _children_of(contact: Contact) -> QuerySet[ContactChild, Any]:
    return contact.children.values("person")


def flags(*, viewer: User) -> QuerySet[Flag]:
    """Unanswered flags that called the viewer, or that stand on children open to them in full."""
    if not permissions.can(permissions.ANSWER_FLAG, by=viewer):
        return Flag.objects.none()
    found = Flag.objects.filter(answered_at=None).filter(
        Q(calls__user=viewer, calls__passed_at=None) | Q(person__in=scope.people_in_full(viewer))
    )
    if not viewer.agency.is_lead:
        # A call names the flag to them; this list would name the child.
        found = found.filter(police_only=False, person__in=scope.people_in_full(viewer))
    found = found.exclude(person__in=scope.hidden_from(viewer))
    return found.select_related("person", "area").distinct().order_by("raised_at", "pk")


def flag(flag_id: int, *, viewer: User) -> Flag:
    """A flag, open or answered, of a child that the viewer sees in full. NotVisible (404) otherwise.

    Answered, it is still found by whoever answered it or was called about it, though the task that
    showed them the child has ended: they learn what became of the call.
    """
    found = (
        Flag.objects.filter(pk=flag_id)
        .select_related("person", "answered_by", "observation__indicator", "contact")
        .prefetch_related("calls__user")
        .first()
    )
    if found is None or (found.police_only and not viewer.agency.is_lead):
        raise NotVisible("flag", flag_id)
    if scope.is_hidden_from(viewer, found.person_id):
        raise NotVisible("flag", flag_id)
    called = {call.user_id for call in found.calls.all() if not call.passed_at}
    involved = {found.answered_by_id, *called}
    if found.answered_at and viewer.pk in involved and viewer.is_active:
        return found
    if not scope.sight(viewer, found.person_id).everything:
        raise NotVisible("flag", flag_id)
    return found


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


def caseload(*, viewer: User) -> QuerySet[Case]:
    """Open cases of which the viewer sees a child's place by team or by task, newest first."""
    visible = scope.places_visible_to(viewer).filter(case=OuterRef("pk"), left_at=None)
    return (
        _with_words(Case.objects.filter(Exists(visible), closed_at=None), viewer)
        .select_related("lead_worker", "team")
        .order_by("-opened_at", "-pk")
    )


def case(case_id: int, *, viewer: User) -> Case:
    """A case of which the viewer sees at least one child's place. NotVisible (404) otherwise."""
    visible = scope.places_visible_to(viewer).filter(case=OuterRef("pk"))
    found = (
        _with_words(Case.objects.filter(Exists(visible), pk=case_id), viewer)
        .select_related("lead_worker", "team")
        .first()
    )
    if found is None:
        raise NotVisible("case", case_id)
    return found


def _with_words(found: QuerySet[Case], viewer: User) -> QuerySet[Case]:
    """With whether a child of each is hidden from the viewer (`Case.keeps_words_back`)."""
    places = CaseChild.objects.filter(case=OuterRef("pk"))
    beside = Q(person__in=scope.hidden_from(viewer)) | Q(PlaceBesideHidden("pk"))
    return found.annotate(hides_child=Exists(places.filter(beside)))


def places(case: Case, *, viewer: User) -> QuerySet[CaseChild]:
    """The children's places in a case that are open to the viewer: a sibling's may not be."""
    return (
        scope.places_visible_to(viewer)
        .filter(case=case)
        .select_related("person", "case")
        .order_by("pk")
    )


def places_in(cases: Iterable[Case], *, viewer: User) -> dict[int, list[CaseChild]]:
    """The same for several cases at once: the open places of children still in it, by case id."""
    found = scope.places_visible_to(viewer).filter(case__in=list(cases), left_at=None)
    by_case: dict[int, list[CaseChild]] = defaultdict(list)
    for each in found.select_related("person").order_by("pk"):
        by_case[each.case_id].append(each)
    return by_case


def places_run_by(*, viewer: User) -> QuerySet[CaseChild]:
    """The places open to the viewer in the cases that they run, as `permissions.can_lead` says."""
    if not permissions.can(permissions.LEAD_CASE, by=viewer):
        return CaseChild.objects.none()
    teams = accounts.queries.teams(viewer=viewer)
    return scope.places_visible_to(viewer).filter(case__team__in=teams)


def place(place_id: int, *, viewer: User) -> CaseChild:
    """A child's place that is open to the viewer. NotVisible (404) otherwise."""
    return scope.find_place(viewer, place_id)


def sight_of(place: CaseChild, *, viewer: User) -> scope.Sight:
    """What the viewer may see of a child in this one place. NotVisible (404) when it is nothing."""
    return scope.sight_of(viewer, place)


def team_around(place: CaseChild, *, viewer: User) -> QuerySet[TeamPlace]:
    """Who is on the team around a child: for the full record, and for that team itself.

    Nobody else: an agency that a plan is shared with does not learn by it who else helps.
    """
    seats = TeamPlace.objects.filter(place=place, until=None).select_related("user__agency")
    known = scope.is_open(viewer, place, section=Section.FULL)
    if not known and not seats.filter(user=viewer).exists():
        return seats.none()
    return seats.order_by("starts_at", "pk")


def seats(*, viewer: User) -> QuerySet[TeamPlace]:
    """The children round whom the viewer has a seat now, by name, in places that they still see."""
    return (
        TeamPlace.objects.filter(
            user=viewer, until=None, place__in=scope.places_visible_to(viewer), place__left_at=None
        )
        .select_related("place__person", "place__case__lead_worker")
        .order_by("place__person__forenames", "place__person__surname", "pk")
    )


def action_owners(place: CaseChild, *, viewer: User) -> QuerySet[User]:
    """Who may be given an action: the team around the child first, then the viewer's colleagues.

    Only those whose role lets them say that it is done.
    """
    doing = [role for role, may in permissions.PERMISSIONS.items() if permissions.SET_ACTION in may]
    seated = team_around(place, viewer=viewer).filter(user__is_active=True).values("user")
    colleagues = accounts.queries.colleagues(viewer=viewer).order_by().values("pk")
    return (
        User.objects.filter(Q(pk__in=seated) | Q(pk__in=colleagues), roles__overlap=doing)
        .annotate(is_seated=Exists(seated.filter(user=OuterRef("pk"))))
        .select_related("agency")
        .order_by("-is_seated", "name", "pk")
    )


def plan(place: CaseChild, *, viewer: User) -> QuerySet[Action]:
    """The actions of a child's plan, for whoever sees its plan section; what is done stands last."""
    actions = Action.objects.filter(place=place).select_related("owner__agency", "done_by")
    if not scope.is_open(viewer, place, section=Section.PLAN):
        return actions.none()
    return actions.order_by(F("done_at").asc(nulls_first=True), "due_on", "pk")


def next_actions(cases: Iterable[Case], *, viewer: User) -> dict[int, Action]:
    """What is due first in each of these cases, in the plans that the viewer sees, by case id."""
    plans = scope.places_visible_to(viewer, section=Section.PLAN).filter(left_at=None)
    found = Action.objects.filter(place__in=plans, place__case__in=list(cases), done_at=None)
    first = found.order_by("place__case", "due_on", "pk").distinct("place__case")
    return {action.place.case_id: action for action in first.select_related("place", "owner")}


def actions(*, viewer: User) -> QuerySet[Action]:
    """The viewer's own actions that are not done, in plans that they still see, soonest first."""
    plans = scope.places_visible_to(viewer, section=Section.PLAN)
    return (
        Action.objects.filter(owner=viewer, done_at=None, place__in=plans)
        .select_related("place__case", "place__person")
        .order_by("due_on", "pk")
    )


def action(action_id: int, *, viewer: User) -> Action:
    """An action in a plan that the viewer sees. NotVisible (404) otherwise."""
    found = (
        Action.objects.filter(
            pk=action_id, place__in=scope.places_visible_to(viewer, section=Section.PLAN)
        )
        .select_related("place__case", "place__person", "owner")
        .first()
    )
    if found is None:
        raise NotVisible("action", action_id)
    return found


def is_done_by(action_id: int, *, viewer: User) -> bool:
    """Whether the viewer has said that this action is done: the task that showed it has ended."""
    done = Action.objects.filter(pk=action_id, done_by=viewer)
    with asking.task("is done by"):
        return done.exclude(place__person__in=scope.hidden_from(viewer)).exists()


def is_late(action: Action, *, viewer: User) -> bool:
    return action.done_at is None and action.due_on < clock.today()
