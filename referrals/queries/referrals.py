"""The hub's queue, what became of one's own referrals, the clock, and who could take a case on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)
from django.db.models.expressions import RawSQL

import accounts.queries
import asking
import cases.queries
import clock
from accounts import permissions
from accounts.models import Membership, Team, User
from audit.denied import NotVisible
from cases.access import scope
from cases.access.scope import Sight
from cases.models import CaseChild, Contact, ContactChild, Flag, Handling
from referrals.models import Referral, ReferralChild, State
from referrals.permissions import can_triage
from referrals.queries.withheld import as_told

# From here on a waiting referral shows amber: a quarter of the working day (default by judgement).
AMBER_HOURS = 2.0


@dataclass(frozen=True)
class Clock:
    """A referral against its clock, in working hours; with the decision it stands still.

    `rag` is 'red' when late, 'amber' in the last two hours, otherwise 'green'.
    """

    due_at: datetime
    late: bool
    hours_left: float
    rag: str


def clock_of(referral: Referral, *, viewer: User) -> Clock:
    """How much working time the hub has left for a referral, or had when it decided."""
    moment = referral.decided_at or clock.now()
    late = moment >= referral.due_at
    left = clock.working_hours(moment, referral.due_at)
    in_time = "amber" if left <= AMBER_HOURS else "green"
    return Clock(referral.due_at, late, left, "red" if late else in_time)


def inbox(*, viewer: User) -> QuerySet[Referral]:
    """What waits for a decision in the viewer's hub, the first due first.

    Empty for whoever does not decide referrals.
    """
    if not can_triage(by=viewer):
        return Referral.objects.none()
    return _found(_to_hub_of(viewer), viewer).filter(state=State.WAITING).order_by("due_at", "pk")


def late(*, viewer: User) -> QuerySet[Referral]:
    """What waits in the viewer's hub beyond its time."""
    return inbox(viewer=viewer).filter(due_at__lte=clock.now())


def queue(*, viewer: User) -> QuerySet[Referral]:
    """The inbox as it is worked through: where a child's flag is open first, then what is due first.

    `flagged` on each: one of its children has a flag that nobody has answered.
    """
    flags = Flag.objects.filter(person__in=OuterRef("children__person"), answered_at=None)
    flags = flags.exclude(person__in=scope.hidden_from(viewer))
    if not accounts.queries.is_in_lead_agency(viewer=viewer):
        flags = flags.filter(police_only=False)
    flagged = Referral.objects.filter(Exists(flags), pk=OuterRef("pk"))
    return (
        inbox(viewer=viewer).annotate(flagged=Exists(flagged)).order_by("-flagged", "due_at", "pk")
    )


def outbox(*, viewer: User) -> QuerySet[Referral]:
    """What the viewer referred, decided or not, newest first.

    A partner's staff who may refer see all that their agency referred.
    """
    return _found(_own(viewer), viewer).order_by("-made_at", "-pk")


def referral(referral_id: int, *, viewer: User) -> Referral:
    """A referral, for the hub that it went to and for whoever made it. NotVisible otherwise."""
    found = _found(_to_hub_of(viewer) | _own(viewer), viewer).filter(pk=referral_id).first()
    if found is None:
        raise NotVisible("referral", referral_id)
    return found


def referred(
    *, viewer: User, state: str | None = None, since: datetime | None = None
) -> QuerySet[Referral]:
    """For a client: its agency's referrals, and those of the contacts that it told of itself.

    `since`: made or decided at that moment or later.
    """
    told = cases.queries.contacts(viewer=viewer).order_by().values("pk")
    found = _found(_own(viewer) | Q(contact__in=told), viewer)
    # As it is told: what is withheld reads as it waited, and has not changed since.
    is_told = Q(withholds_decision=False)
    if state == State.WAITING:
        found = found.filter(Q(state=state) | ~is_told)
    elif state:
        found = found.filter(is_told, state=state)
    if since:
        found = found.filter(Q(made_at__gte=since) | Q(is_told, decided_at__gte=since))
    return found.order_by("-pk")


def referred_one(referral_id: int, *, viewer: User) -> Referral:
    """One of these. NotVisible otherwise."""
    found = referred(viewer=viewer).filter(pk=referral_id).first()
    if found is None:
        raise NotVisible("referral", referral_id)
    return found


def referral_of(contact: Contact, *, viewer: User) -> Referral | None:
    """The newest referral of a contact that the viewer may open."""
    found = _found(_to_hub_of(viewer) | _own(viewer), viewer).filter(contact=contact)
    return found.order_by("-made_at", "-pk").first()


def about(sight: Sight, *, viewer: User) -> QuerySet[Referral]:
    """The referrals of one child, newest first, for the full record alone.

    `opens` on each: whether its own page is the viewer's to open.
    """
    if not sight.everything:
        return Referral.objects.none()
    found = _found(Q(children__person=sight.person), viewer)
    if not sight.police:
        found = found.exclude(contact__handling=Handling.POLICE_ONLY)
    own = found.filter(_to_hub_of(viewer) | _own(viewer)).values("pk")
    opens = ExpressionWrapper(Q(pk__in=own), output_field=BooleanField())
    return found.annotate(opens=opens).order_by("-made_at", "-pk")


def of_case(place: CaseChild, *, viewer: User) -> Referral | None:
    """The referral that a child's place in a case came from: what the family said to help then.

    The caller has checked that this is the viewer's to know. None of a police-only contact for
    another agency.
    """
    found = _found(Q(children__person=place.person_id, case=place.case_id), viewer)
    if not accounts.queries.is_in_lead_agency(viewer=viewer):
        found = found.exclude(contact__handling=Handling.POLICE_ONLY)
    return found.order_by("-made_at", "-pk").first()


def _to_hub_of(viewer: User) -> Q:
    return Q(hub__in=accounts.queries.teams(viewer=viewer).filter(is_hub=True))


def _own(viewer: User) -> Q:
    """What the viewer made for the agency that they work for; a partner's staff who may refer: all
    that it made. None with a child that is closed to who told of it."""
    may_refer = permissions.can(permissions.MAKE_REFERRAL, by=viewer)
    own = Q(agency=viewer.agency_id)
    if not may_refer or accounts.queries.is_in_lead_agency(viewer=viewer):
        own &= Q(made_by=viewer)
    return own


def became_of(contacts: Iterable[Contact], *, viewer: User) -> dict[int, Referral]:
    """The newest referral of each of these contacts, by the contact's id, whoever made it.

    The caller was shown the contacts as the viewer's own. What others made of a police-only one is
    for the lead agency alone.
    """
    made = _found(Q(contact__in=list(contacts)), viewer).order_by("made_at", "pk")
    if not accounts.queries.is_in_lead_agency(viewer=viewer):
        others = ~Q(agency=viewer.agency_id)
        made = made.exclude(others, contact__handling=Handling.POLICE_ONLY)
    # Others' referrals are not theirs to read: of these the caller is told the state alone.
    with asking.task("became of"):
        return {referral.contact_id: referral for referral in made if referral.contact_id}


# The database shows a viewer neither the contact nor who was hidden in it: it says that there is one.
HIDDEN = """
nullif(current_setting('portal.viewer', true), '') is not null
and referrals_referral.contact_id = any (portal_hidden_contacts())
"""


def _found(which: Q, viewer: User) -> QuerySet[Referral]:
    """Referrals with those of their children who are not hidden from the viewer: none without any, and
    each as the viewer is told of it (`referrals.queries.withheld`).

    `hides_contact` on each: a hidden child was in its contact, of which the viewer is told nothing.
    """
    rows = Referral.objects.filter(which) if viewer.is_active else Referral.objects.none()
    hidden = scope.hidden_from(viewer)
    children = ReferralChild.objects.exclude(person__in=hidden)
    told_of = ContactChild.objects.filter(contact=OuterRef("contact"), person__in=hidden)
    found = (
        rows.filter(Exists(children.filter(referral=OuterRef("pk"))))
        .annotate(hides_contact=Exists(told_of) | RawSQL(HIDDEN, [], BooleanField()))
        .select_related("hub", "contact", "agency", "made_by", "decided_by", "case")
        .prefetch_related(Prefetch("children", children.select_related("person").order_by("pk")))
    )
    return as_told(found, viewer=viewer)


def teams_to_run(*, viewer: User) -> QuerySet[Team]:
    """The teams, of any agency, that a hub's triage worker may give a case to: somebody in each
    can lead it."""
    if not can_triage(by=viewer):
        return Team.objects.none()
    leading = Membership.objects.filter(until=None, user__in=lead_workers(viewer=viewer))
    return Team.objects.filter(is_hub=False, pk__in=leading.values("team"))


def lead_workers(*, viewer: User) -> QuerySet[User]:
    """Who may lead a case, by name, for a hub's triage worker to choose from.

    Each user's `memberships` hold only the live ones, of teams that run cases.
    """
    if not can_triage(by=viewer):
        return User.objects.none()
    leading = [
        role for role, may in permissions.PERMISSIONS.items() if permissions.LEAD_CASE in may
    ]
    running = Membership.objects.filter(until=None, team__is_hub=False)
    return (
        User.objects.filter(is_active=True, roles__overlap=leading)
        .filter(pk__in=running.values("user"))
        .prefetch_related(Prefetch("memberships", running.select_related("team")))
        .order_by("name", "pk")
    )
