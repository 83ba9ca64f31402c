"""The register of agreements; what is shared with whom, why and until when; what partners added, asked,
and what families agreed to."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, QuerySet

import accounts.queries
import cases.queries
import clock
import risk.queries
from accounts import permissions
from accounts.models import Agency, Membership, Role, User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import (
    Action,
    Case,
    CaseChild,
    ChronologyEvent,
    Contact,
    EventKind,
    Handling,
    Person,
    Section,
    TeamPlace,
)
from partners.models import (
    Agreement,
    Audience,
    Consent,
    Contribution,
    DecisionNotToShare,
    DecisionsNotToShare,
    InformationRequest,
    Notice,
    NoticeKind,
    Notices,
    NotSharingReview,
    Share,
    Shares,
    WithdrawalDecision,
    notice_due,
    usual_kind,
)
from partners.permissions import (
    can_read_agreements,
    can_see_requests,
    can_sign_agreement,
    receives_notices,
)
from risk.queries import WatchFor

# How long before its end an agreement is warned of for the first time (design/access.md).
WARNED = timedelta(days=60)


def agreements(*, viewer: User) -> QuerySet[Agreement]:
    """The register, what ends first first. Empty for whoever neither signs nor shares.

    Whoever shares without signing reads those that bind their own agency.
    """
    if not can_read_agreements(by=viewer):
        return Agreement.objects.none()
    known = Agreement.objects.select_related("signed_by").prefetch_related("parties")
    if not can_sign_agreement(by=viewer):
        known = known.filter(parties=viewer.agency_id)
    return known.order_by("ends_on", "pk")


def agreements_in_force(*, viewer: User) -> QuerySet[Agreement]:
    """Those of the register under which something may be shared today."""
    return agreements(viewer=viewer) & Agreement.objects.in_force()


def agreements_ending(*, viewer: User) -> QuerySet[Agreement]:
    """Those in force that end within 60 days, what ends first first, for whoever signs agreements."""
    if not can_sign_agreement(by=viewer):
        return Agreement.objects.none()
    return agreements_in_force(viewer=viewer).filter(ends_on__lte=clock.today() + WARNED)


def agreement(agreement_id: int, *, viewer: User) -> Agreement:
    """One agreement of the register. NotVisible otherwise."""
    found = agreements(viewer=viewer).filter(pk=agreement_id).first()
    if found is None:
        raise NotVisible("agreement", agreement_id)
    return found


def shares(place: CaseChild, *, viewer: User) -> QuerySet[Share]:
    """Who sees what of a child's place now, why and until when.

    For the full record, and for whoever runs the case, of whatever agency: they share and end it.
    """
    return _known_or_run(viewer).filter(place=place).live().order_by("agency__name")


def share(share_id: int, *, viewer: User) -> Share:
    """A share, live or over, for the full record and whoever runs the case. NotVisible otherwise."""
    found = _known_or_run(viewer).filter(pk=share_id).first()
    if found is None:
        raise NotVisible("share", share_id)
    return found


def disclosures(person: Person, *, viewer: User) -> QuerySet[Share]:
    """Everything that was ever shared of a child, newest first. For the full record alone."""
    return _known_in_full(viewer).filter(place__person=person).order_by("-starts_at", "-pk")


def _known_in_full(viewer: User) -> Shares:
    places = scope.places_visible_to(viewer, section=Section.FULL)
    return _whole(Share.objects.filter(place__in=places))


def _known_or_run(viewer: User) -> Shares:
    places = scope.places_visible_to(viewer, section=Section.FULL)
    run = cases.queries.places_run_by(viewer=viewer)
    return _whole(Share.objects.filter(Q(place__in=places) | Q(place__in=run)))


def shared_with_us(*, viewer: User) -> QuerySet[Share]:
    """What is shared with the viewer's agency now, what ends first first.

    Empty without the role; nothing whose access rows are not live for this viewer.
    """
    if not permissions.can(permissions.SEE_SHARED, by=viewer):
        return Share.objects.none()
    ours = Share.objects.live().filter(
        agency=viewer.agency_id, place__in=scope.places_visible_to(viewer)
    )
    return _whole(ours).order_by("until", "pk")


def share_of(place: CaseChild, *, viewer: User) -> Share | None:
    """The share that opens this place to the viewer's agency now, if there is one."""
    return shared_with_us(viewer=viewer).filter(place=place).first()


def last_changes(shares: Iterable[Share], *, viewer: User) -> dict[int, datetime]:
    """When what each of these shares shows the viewer last changed, by the share's id.

    Never before the share began; nothing counts that its sections do not show.
    """
    shares = list(shares)
    changed = {share.pk: share.starts_at for share in shares}
    at_place = _last_at_places(shares, viewer)
    for share in shares:
        moments = [changed[share.pk], *at_place.get(share.place_id, [])]
        if Section.CHRONOLOGY in share.sections:
            sight = cases.queries.sight_of(share.place, viewer=viewer)
            lines = cases.queries.chronology(sight, viewer=viewer)
            moments.append(lines.aggregate(last=Max("recorded_at"))["last"])
        changed[share.pk] = max(moment for moment in moments if moment)
    return changed


def _last_at_places(shares: list[Share], viewer: User) -> dict[int, list[datetime | None]]:
    """The last moments in plans, help and contributions, by the place's id."""

    def shown(section: str) -> list[int]:
        return [share.place_id for share in shares if section in share.sections]

    found: dict[int, list[datetime | None]] = {share.place_id: [] for share in shares}
    plans = Action.objects.filter(place__in=shown(Section.PLAN)).order_by().values("place")
    for plan in plans.annotate(set_last=Max("set_at"), done_last=Max("done_at")):
        found[plan["place"]] += [plan["set_last"], plan["done_last"]]
    # Every step of a child's help leaves its line, whether or not the chronology is shared too.
    help_lines = ChronologyEvent.objects.filter(
        kind=EventKind.HELP, place__in=shown(Section.INTERVENTIONS)
    )
    for place in help_lines.order_by().values("place").annotate(last=Max("recorded_at")):
        found[place["place"]].append(place["last"])
    added = Contribution.objects.filter(_meant_for(viewer), place__in=found)
    for place in added.order_by().values("place").annotate(last=Max("at")):
        found[place["place"]].append(place["last"])
    return found


def _whole(found: Shares) -> Shares:
    return found.select_related(
        "place__person", "place__case__lead_worker", "agency", "agreement", "decided_by", "ended_by"
    )


def contributions(place: CaseChild, *, viewer: User) -> QuerySet[Contribution]:
    """What was added to a child's place and meant for the viewer, newest first.

    Their own agency's wherever the place is open to them; others' as the authors chose: the case
    team, the lead agency's or the hub's full record, agencies that were named.
    """
    added = Contribution.objects.filter(place=place).select_related("agency", "by")
    return added.filter(_meant_for(viewer)).order_by("-at", "-pk")


def contributed(*, viewer: User) -> QuerySet[Contribution]:
    """What the viewer's agency added, newest first, for its staff who add; of the lead agency each
    reads their own. Whether the child is still shared does not matter: it is their own words."""
    if not permissions.can(permissions.CONTRIBUTE, by=viewer):
        return Contribution.objects.none()
    added = Contribution.objects.filter(agency=viewer.agency_id).exclude(
        place__person__in=scope.hidden_from(viewer)
    )
    if viewer.agency.is_lead:
        added = added.filter(by=viewer)
    return added.select_related("place__person", "place__case", "by").order_by("-at", "-pk")


def _meant_for(viewer: User) -> Q:
    """The contributions whose audience the viewer is in, at places that are open to them."""
    # Named or not: whoever may not see the section at all reads nothing of other agencies in it.
    told = scope.places_visible_to(viewer, section=Section.CONTRIBUTIONS).values("pk")
    full = scope.places_visible_to(viewer, section=Section.FULL).values("pk")
    seats = TeamPlace.objects.filter(user=viewer, until=None).values("place")
    run = Q(place__case__team__in=accounts.queries.teams(viewer=viewer).values("pk"))
    meant = Q(agency=viewer.agency_id, place__in=scope.places_visible_to(viewer).values("pk"))
    meant |= Q(named__contains=[viewer.agency_id], place__in=told)
    meant |= Q(audience__contains=[Audience.CASE_TEAM], place__in=told) & (Q(place__in=seats) | run)
    if viewer.agency.is_lead:
        meant |= Q(audience__contains=[Audience.LEAD_AGENCY], place__in=full)
    if accounts.queries.is_in_hub(viewer=viewer):
        meant |= Q(audience__contains=[Audience.HUB], place__in=full)
    return meant


def contribution(contribution_id: int, *, viewer: User) -> Contribution:
    """A contribution that is meant for the viewer. NotVisible (404) otherwise."""
    found = Contribution.objects.filter(_meant_for(viewer), pk=contribution_id)
    added = found.select_related("place__case", "place__person", "agency", "by").first()
    if added is None:
        raise NotVisible("contribution", contribution_id)
    return added


@dataclass(frozen=True)
class PlaceSeen:
    """A child's place as it is seen through some of its sections, each empty where it is not open.

    With the full record `sections` is that alone: its chronology and risks stand with the child.
    """

    sections: frozenset[str]
    summary: str
    watch: Sequence[WatchFor]
    actions: Iterable[Action]
    events: Iterable[ChronologyEvent]
    contributions: Iterable[Contribution]


def as_shared(place: CaseChild, *, viewer: User) -> PlaceSeen:
    """What the viewer sees of a child's place. NotVisible where it is not open to them."""
    sight = cases.queries.sight_of(place, viewer=viewer)
    shared = share_of(place, viewer=viewer)
    return _seen(
        sight,
        summary=shared.summary if shared else "",
        actions=cases.queries.plan(place, viewer=viewer),
        events=cases.queries.chronology(sight, viewer=viewer),
        contributions=contributions(place, viewer=viewer),
        viewer=viewer,
    )


def as_they_see_it(
    place: CaseChild, *, agency: Agency, sections: Collection[str], summary: str, viewer: User
) -> PlaceSeen:
    """What a share would show to a partner's staff, before it is made.

    NotVisible for a place that is not open to the viewer, who never sees more by it.
    """
    sight = cases.queries.sight_of(place, viewer=viewer)
    theirs = scope.Sight(place.person, frozenset(sections), ("share",), police=False)
    lines = cases.queries.chronology_for(agency, sight, viewer=viewer)
    if not theirs.shows(Section.INTERVENTIONS):
        lines = lines.exclude(kind=EventKind.HELP)
    meant = Q(agency=agency)
    if theirs.shows(Section.CONTRIBUTIONS):
        meant |= Q(named__contains=[agency.pk])
    return _seen(
        theirs,
        summary=summary,
        actions=cases.queries.plan(place, viewer=viewer),
        events=lines,
        contributions=contributions(place, viewer=viewer).filter(meant),
        viewer=viewer,
    )


def _seen(
    sight: scope.Sight,
    *,
    summary: str,
    actions: Iterable[Action],
    events: Iterable[ChronologyEvent],
    contributions: Iterable[Contribution],
    viewer: User,
) -> PlaceSeen:
    """What these sections leave of it."""

    def opened(section: str) -> bool:
        return section in sight.sections

    return PlaceSeen(
        sections=sight.sections,
        summary=summary if opened(Section.SUMMARY) else "",
        watch=risk.queries.watch_for(sight, viewer=viewer) if opened(Section.WATCH) else [],
        actions=actions if sight.shows(Section.PLAN) else [],
        events=events if opened(Section.CHRONOLOGY) else [],
        contributions=contributions,
    )


# --- notices


def notices_to_us(*, viewer: User) -> Notices:
    """The notices to the viewer's agency, whatever else of the child is open to it: what was recalled
    is not among them. Empty without the role."""
    if not receives_notices(by=viewer):
        return Notice.objects.none()
    theirs = Notice.objects.standing().filter(agency=viewer.agency_id)
    return theirs.select_related("agency", "sent_by__agency", "read_by", "acknowledged_by")


def notices_waiting(*, viewer: User) -> Notices:
    """Those to the viewer's agency that nobody sees to yet, unread first, then what is due first."""
    waiting = notices_to_us(viewer=viewer).to_see_to().annotate(flagged=Q(read_at=None))
    return waiting.order_by("-flagged", "answer_due_at", "pk")


def notice_to_us(notice_id: int, *, viewer: User) -> Notice:
    """One of them. NotVisible (404) otherwise."""
    return _one(notices_to_us(viewer=viewer), notice_id)


def notices_sent(*, viewer: User) -> Notices:
    """What the viewer sent, and what was sent about children whose full record is open to them now.

    Recalled ones too; of a contact that has become police only, for the lead agency alone.
    """
    in_full = Q(person__in=scope.people_in_full(viewer))
    if viewer.agency.is_lead:
        known = in_full | Q(sent_by=viewer)
    else:
        known = in_full & (Q(contact=None) | Q(contact__handling=Handling.SHARE))
    # Not the child: a sender whose ground has ended is shown what they sent, and no record.
    sent = Notice.objects.filter(known).select_related(
        "agency", "sent_by__agency", "read_by", "acknowledged_by", "recalled_by"
    )
    return sent.order_by("-sent_at", "-pk")


def notice_sent(notice_id: int, *, viewer: User) -> Notice:
    """One of them. NotVisible (404) otherwise."""
    return _one(notices_sent(viewer=viewer), notice_id)


def _one(notices: Notices, notice_id: int) -> Notice:
    found = notices.filter(pk=notice_id).first()
    if found is None:
        raise NotVisible("notice", notice_id)
    return found


def notices_overdue(*, viewer: User) -> Notices:
    """What the viewer sent and nobody sees to, though somebody should by now; longest overdue first."""
    mine = Notice.objects.to_see_to().filter(sent_by=viewer, answer_due_at__lte=clock.now())
    return mine.select_related("agency").order_by("answer_due_at", "pk")


# Who goes to school (found: design/domain.md 5.5), in completed years.
SCHOOL_AGES = range(4, 18)


@dataclass(frozen=True)
class SchoolsToTell:
    """The children of a contact whose schools should be told of it, and by when."""

    people: Sequence[Person]
    due_at: datetime


def schools_to_tell(contact: Contact, *, viewer: User) -> SchoolsToTell | None:
    """Whose school is told nothing yet of a contact that calls for Operation Encompass.

    Of the children whom the viewer sees in full. None where nothing is to be told.
    """
    if usual_kind(contact) != NoticeKind.ENCOMPASS or contact.is_police_only:
        return None
    sent = Notice.objects.standing().filter(contact=contact, kind=NoticeKind.ENCOMPASS)
    waiting = (
        scope.people_in_full(viewer)
        .filter(contacts__contact=contact)
        .exclude(pk__in=sent.values("person"))
    )
    people = [person for person in waiting.order_by("pk") if _goes_to_school(person, viewer)]
    if not people:
        return None
    due = notice_due(NoticeKind.ENCOMPASS, contact.occurred_at, sent_at=clock.now())
    return SchoolsToTell(people, due)


def _goes_to_school(person: Person, viewer: User) -> bool:
    """By age; who knows, where it is not known."""
    age = cases.queries.age(person, viewer=viewer)
    return age is None or age in SCHOOL_AGES


def contacts_to_tell_of(person: Person, *, viewer: User, most: int = 10) -> list[Contact]:
    """Of the latest contacts of a child, those that the viewer may read whole."""
    found = []
    latest = Contact.objects.filter(children__person=person).order_by("-occurred_at", "-pk")
    for contact in latest[:most]:
        with suppress(NotVisible):
            found.append(cases.queries.contact(contact.pk, viewer=viewer))
    return found


def receivers(*, viewer: User) -> QuerySet[Agency]:
    """The agencies that a notice may go to: all but the lead agency."""
    return accounts.queries.agencies(viewer=viewer).filter(is_lead=False)


# --- who may be named, asked, or passed on to


def agencies_to_name(place: CaseChild, *, viewer: User) -> QuerySet[Agency]:
    """Agencies that an author may name: those at the child's table, for who sits there too.

    Nobody else learns who helps a child. The lead agency is an audience of its own.
    """
    seats = TeamPlace.objects.filter(place=place, until=None)
    if not seats.filter(user=viewer).exists():
        return Agency.objects.none()
    return _others(seats.values("user__agency"), viewer).filter(is_lead=False)


def agencies_to_ask(place: CaseChild, *, viewer: User) -> QuerySet[Agency]:
    """Agencies that may be asked by name: the place is open to them, and the viewer may know it.

    Whoever has the full record or runs the case knows all of them; who sits at the table those who
    sit there; any other partner the agency that runs the case.
    """
    runs = Q(pk=place.case.team.agency_id)
    seats = TeamPlace.objects.filter(place=place, until=None)
    seated = Q(pk__in=seats.values("user__agency"))
    if _knows_all(place, viewer):
        shared = Share.objects.live().filter(place=place)
        known = runs | seated | Q(pk__in=shared.values("agency"))
    elif seats.filter(user=viewer).exists():
        known = runs | seated
    else:
        known = runs
    return Agency.objects.filter(known).exclude(pk=viewer.agency_id).order_by("name")


def _knows_all(place: CaseChild, viewer: User) -> bool:
    full = scope.places_visible_to(viewer, section=Section.FULL)
    return (
        full.filter(pk=place.pk).exists()
        or cases.queries.places_run_by(viewer=viewer).filter(pk=place.pk).exists()
    )


def agencies_to_pass_on_to(added: Contribution, *, viewer: User) -> QuerySet[Agency]:
    """Agencies that see contributions at this place and were not meant to read this one.

    For whoever runs the case; empty for anybody else.
    """
    if not cases.queries.places_run_by(viewer=viewer).filter(pk=added.place_id).exists():
        return Agency.objects.none()
    shared = Share.objects.live().filter(
        place=added.place_id, sections__contains=[Section.CONTRIBUTIONS]
    )
    seats = TeamPlace.objects.filter(place=added.place_id, until=None)
    told = Q(pk__in=shared.values("agency")) | Q(pk__in=seats.values("user__agency"))
    return (
        Agency.objects.filter(told, is_lead=False)
        .exclude(pk__in=[*added.named, added.agency_id])
        .order_by("name")
    )


def _others(agencies: QuerySet[Any], viewer: User) -> QuerySet[Agency]:
    found = Agency.objects.filter(pk__in=agencies)
    return found.exclude(pk=viewer.agency_id).order_by("name")


# --- agreement to help


def consents(place: CaseChild, *, viewer: User) -> QuerySet[Consent]:
    """What the family said to help, newest first: for the full record, who runs the case, its team."""
    found = Consent.objects.filter(_in_places_of_help(viewer), place=place)
    return found.select_related("recorded_by", "withdrawn_by", "decision").order_by(
        "-recorded_at", "-pk"
    )


def consent(consent_id: int, *, viewer: User) -> Consent:
    """One of these. NotVisible (404) otherwise."""
    found = Consent.objects.filter(_in_places_of_help(viewer), pk=consent_id)
    kept = found.select_related("place__case", "place__person", "recorded_by").first()
    if kept is None:
        raise NotVisible("consent", consent_id)
    return kept


def consents_to_ask_again(*, viewer: User) -> QuerySet[Consent]:
    """Agreements that have run out, or are to be asked again by now, in open cases that the viewer
    runs: where nothing newer was said. What came first first."""
    today = clock.today()
    over = Q(until__lte=today) | Q(ask_again_on__lte=today)
    newer = Consent.objects.filter(place=OuterRef("place"), pk__gt=OuterRef("pk"))
    run = cases.queries.places_run_by(viewer=viewer).filter(left_at=None, case__closed_at=None)
    found = Consent.objects.filter(over, ~Exists(newer), answer="agreed", withdrawn_at=None)
    in_run = found.filter(place__in=run.values("pk"))
    return in_run.select_related("place__case", "place__person").order_by("recorded_at", "pk")


def _in_places_of_help(viewer: User, of: str = "place") -> Q:
    """Rows on places whose help is the viewer's business: not those that are merely shared."""
    visible = scope.places_visible_to(viewer)
    full = scope.places_visible_to(viewer, section=Section.FULL)
    run = cases.queries.places_run_by(viewer=viewer)
    seats = TeamPlace.objects.filter(user=viewer, until=None)
    seated = visible.filter(pk__in=seats.values("place"))
    return (
        Q(**{f"{of}__in": full.values("pk")})
        | Q(**{f"{of}__in": run.values("pk")})
        | Q(**{f"{of}__in": seated.values("pk")})
    )


def withdrawal(decision_id: int, *, viewer: User) -> WithdrawalDecision:
    """What is to be decided, or was, after a withdrawal. NotVisible (404) otherwise."""
    found = WithdrawalDecision.objects.filter(
        _in_places_of_help(viewer, "consent__place"), pk=decision_id
    )
    decision = found.select_related(
        "consent__place__case__lead_worker", "consent__place__person", "decided_by"
    ).first()
    if decision is None:
        raise NotVisible("withdrawal", decision_id)
    return decision


def undecided_of(consent: Consent, *, viewer: User) -> WithdrawalDecision | None:
    """What waits to be decided on this one, where the viewer may read it."""
    found = WithdrawalDecision.objects.filter(_in_places_of_help(viewer, "consent__place"))
    return found.filter(consent=consent, decided_at=None).first()


def undecided(places: Iterable[CaseChild], *, viewer: User) -> dict[int, WithdrawalDecision]:
    """Of places open to the viewer, those whose withdrawal nobody has decided on, by place id.

    Whoever a place is shared with learns that much: that, and since when.
    """
    visible = scope.places_visible_to(viewer).filter(pk__in=[place.pk for place in places])
    found = WithdrawalDecision.objects.filter(
        consent__place__in=visible.values("pk"), decided_at=None
    )
    return {each.consent.place_id: each for each in found.select_related("consent")}


def withdrawals_due(*, viewer: User) -> QuerySet[WithdrawalDecision]:
    """What waits to be decided after a withdrawal, for who runs the case and who supervises it."""
    waiting = WithdrawalDecision.objects.filter(decided_at=None).select_related(
        "consent__place__case__lead_worker"
    )
    run = cases.queries.places_run_by(viewer=viewer)
    teams = accounts.queries.teams(viewer=viewer)
    found = Q(consent__place__in=run.values("pk"))
    if Role.SUPERVISOR in viewer.roles:
        unsupervised = ~Q(consent__place__case__team__in=_supervising().values("team"))
        found |= Q(consent__place__case__team__in=teams) | (
            unsupervised & Q(consent__place__case__team__agency=viewer.agency_id)
        )
    return waiting.filter(found).distinct().order_by("due_on", "pk")


def _supervising() -> QuerySet[Membership]:
    return Membership.objects.filter(
        until=None, user__is_active=True, user__roles__contains=[Role.SUPERVISOR]
    )


def supervisors(case: Case, *, viewer: User) -> QuerySet[User]:
    """Who supervises a case: the supervisors in the team that runs it, else all of its agency."""
    active = User.objects.filter(is_active=True, roles__contains=[Role.SUPERVISOR])
    own = active.filter(pk__in=_supervising().filter(team=case.team_id).values("user"))
    found = own if own.exists() else active.filter(agency=case.team.agency_id)
    return found.order_by("pk")


def in_the_way_of_closing(case: Case, *, viewer: User) -> list[str]:
    """A sentence where a withdrawal of the case is not decided. The caller may close the case."""
    waiting = WithdrawalDecision.objects.filter(consent__place__case=case, decided_at=None)
    if not waiting.exists():
        return []
    return ["Decide what follows from the withdrawn agreement to help first."]


# --- decisions not to share


def decisions_not_to_share(person: Person, *, viewer: User) -> QuerySet[DecisionNotToShare]:
    """With whom a child's record is not shared, newest first: for the full record and, in a place,
    whoever runs the case."""
    found = _not_shared(viewer).filter(person=person)
    return found.order_by("-decided_at", "-pk")


def decision_not_to_share(decision_id: int, *, viewer: User) -> DecisionNotToShare:
    """One of these. NotVisible (404) otherwise."""
    found = _not_shared(viewer).filter(pk=decision_id).first()
    if found is None:
        raise NotVisible("decision not to share", decision_id)
    return found


def not_sharing_to_review(*, viewer: User) -> QuerySet[DecisionNotToShare]:
    """Decisions not to share whose review is due: the viewer's own, and those in cases they run."""
    if not permissions.can(permissions.DECIDE_NOT_TO_SHARE, by=viewer):
        return DecisionNotToShare.objects.none()
    run = cases.queries.places_run_by(viewer=viewer)
    theirs = Q(decided_by=viewer) | Q(place__in=run.values("pk"))
    due = _not_shared(viewer).standing().filter(theirs, review_on__lte=clock.today())
    return due.order_by("review_on", "pk")


def _not_shared(viewer: User) -> DecisionsNotToShare:
    full = scope.people_in_full(viewer)
    run = cases.queries.places_run_by(viewer=viewer)
    found = DecisionNotToShare.objects.filter(
        Q(person__in=full.values("pk")) | Q(place__in=run.values("pk"))
    )
    reviews = Prefetch("reviews", NotSharingReview.objects.select_related("by").order_by("-pk"))
    return found.select_related(
        "person", "place__case__team", "agency", "decided_by"
    ).prefetch_related(reviews)


# --- requests for information


def requests_to_answer(*, viewer: User) -> QuerySet[InformationRequest]:
    """What the viewer's agency is asked and has not answered, what is needed first first.

    Of places that are open to the viewer now; in the agency that runs the case, for who runs it.
    """
    return _asked_of(viewer).filter(answered_at=None).order_by("needed_by", "pk")


def requests_sent(*, viewer: User) -> QuerySet[InformationRequest]:
    """What the viewer's agency has asked about places that they see: unanswered first, newest first."""
    if not permissions.can(permissions.ASK_INFORMATION, by=viewer):
        return InformationRequest.objects.none()
    return _asked_by(viewer).order_by(F("answered_at").asc(nulls_first=True), "-sent_at", "-pk")


def request(request_id: int, *, viewer: User) -> InformationRequest:
    """A request that the viewer's agency sent or was sent. NotVisible (404) otherwise."""
    either = _asked_of(viewer) | _asked_by(viewer)
    found = either.filter(pk=request_id).first()
    if found is None or not can_see_requests(by=viewer):
        raise NotVisible("request", request_id)
    return found


def may_answer(asked: InformationRequest, *, viewer: User) -> bool:
    """Whether it is the viewer's to answer, and nobody has."""
    return asked.answered_at is None and _asked_of(viewer).filter(pk=asked.pk).exists()


def given(asked: InformationRequest, *, viewer: User) -> Contribution | None:
    """What was answered in words, where it is meant for the viewer."""
    if asked.contribution_id is None:
        return None
    return contributions(asked.place, viewer=viewer).filter(pk=asked.contribution_id).first()


def is_closed_to_them(asked: InformationRequest, *, viewer: User) -> bool:
    """Whether nobody can answer it any more: the place has closed to the agency that was asked.

    For who may know with whom the place is shared; False for anybody else.
    """
    is_asker = asked.from_agency_id == viewer.agency_id and asked.answered_at is None
    if not is_asker or not _knows_all(asked.place, viewer):
        return False
    return asked.to_agency not in agencies_to_ask(asked.place, viewer=viewer)


def _asked_of(viewer: User) -> QuerySet[InformationRequest]:
    found = _requests().filter(
        to_agency=viewer.agency_id, place__in=scope.places_visible_to(viewer).values("pk")
    )
    if not permissions.can(permissions.ANSWER_REQUEST, by=viewer):
        return found.none()
    run = cases.queries.places_run_by(viewer=viewer)
    others = ~Q(place__case__team__agency=viewer.agency_id)
    return found.filter(others | Q(place__in=run.values("pk")))


def _asked_by(viewer: User) -> QuerySet[InformationRequest]:
    visible = scope.places_visible_to(viewer)
    return _requests().filter(from_agency=viewer.agency_id, place__in=visible.values("pk"))


def _requests() -> QuerySet[InformationRequest]:
    return InformationRequest.objects.select_related(
        "place__case",
        "place__person",
        "from_agency",
        "to_agency",
        "sent_by",
        "answered_by",
        "contribution",
    )
