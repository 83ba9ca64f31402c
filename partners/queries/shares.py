"""The register of agreements; what is shared with whom, why and until when."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

import accounts.queries
import audit.queries
import cases.queries
import clock
import risk.queries
from accounts import permissions
from accounts.models import Agency, User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import (
    Action,
    CaseChild,
    ChronologyEvent,
    EventKind,
    Handling,
    Person,
    SafeToTell,
    Section,
)
from partners.models import Agreement, Contribution, PartnerText, Share, Shares
from partners.permissions import (
    can_read_agreements,
    can_read_register,
    can_sign_agreement,
    check_can_see_holdings,
)
from partners.queries.contributions import contributions, meant_for
from partners.queries.texts import (
    sight_of_child,
    with_partner_texts,
)
from risk.queries import WatchFor

# How long before its end an agreement is warned of for the first time (design/access.md).
WARNED = timedelta(days=60)
# From when on a share is said to end soon.
ENDS_SOON = timedelta(days=14)


def agreements(*, viewer: User) -> QuerySet[Agreement]:
    """The register, what ends first first. Empty for whoever neither signs nor shares, but programs.

    Whoever shares without signing, and a partner's program, reads those that bind their own agency.
    """
    if not can_read_agreements(by=viewer):
        return Agreement.objects.none()
    known = Agreement.objects.select_related("signed_by").prefetch_related(
        "parties", "suspensions__suspended_by", "suspensions__resumed_by"
    )
    if not can_read_register(by=viewer):
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


def signers(*, viewer: User) -> QuerySet[User]:
    """Who signs agreements, and answers for a share whose own people have left."""
    governing = accounts.queries.holders(permissions.SIGN_AGREEMENT, viewer=viewer)
    return governing.filter(agency__is_lead=True)


def agreement(agreement_id: int, *, viewer: User) -> Agreement:
    """One agreement of the register. NotVisible otherwise."""
    found = agreements(viewer=viewer).filter(pk=agreement_id).first()
    if found is None:
        raise NotVisible("agreement", agreement_id)
    return found


def standing_under(agreement: Agreement, *, viewer: User) -> int:
    """How many shares an agreement carries now, for whoever read it in the register."""
    return Share.objects.standing().filter(agreement=agreement).count()


def closed_to(agreement: Agreement, *, viewer: User) -> QuerySet[Share]:
    """Of what an agreement carries, the shares with an agency that, it is said now, must not be told:
    resumed, it does not open them. For whoever signs; none of a child who is hidden from them."""
    if not can_sign_agreement(by=viewer):
        return Share.objects.none()
    under = Share.objects.standing().filter(_not_told(), agreement=agreement)
    found = under.exclude(person__in=scope.hidden_from(viewer))
    return found.select_related("agency").order_by("pk")


def is_closed_to(share: Share, *, viewer: User) -> bool:
    """Whether it is said now that the receiver must not be told. The caller has found the share."""
    return Share.objects.filter(_not_told(), pk=share.pk).exists()


def _not_told() -> Exists:
    """Of shares: whether whom it is safe to tell says now that their agency must not be."""
    said = SafeToTell.objects.filter(person=OuterRef("person"), replaced_at=None)
    return Exists(said.filter(agencies_not_told__contains=[OuterRef("agency")]))


def shares(place: CaseChild, *, viewer: User) -> QuerySet[Share]:
    """Who sees what of a child's place now, why and until when.

    For the full record, and for whoever runs the case, of whatever agency: they share and end it.
    With what is yet to begin, and what a suspended agreement holds back.
    """
    return _known_or_run(viewer).filter(place=place).standing().order_by("agency__name", "pk")


def share(share_id: int, *, viewer: User) -> Share:
    """A share, live or over, for the full record and whoever runs the case. NotVisible otherwise."""
    found = _known_or_run(viewer).filter(pk=share_id).first()
    if found is None:
        raise NotVisible("share", share_id)
    return found


def disclosures(person: Person, *, viewer: User) -> Shares:
    """Everything that was ever shared of a child, newest first. For the full record alone."""
    known = Q(place__in=scope.places_of(viewer, person.pk, section=Section.FULL))
    if scope.is_in_full(viewer, person.pk):
        known |= Q(place=None)
    found = _crossing(Share.objects.filter(known, person=person), viewer)
    return _whole(found).order_by("-starts_at", "-pk")


def _crossing(found: Shares, viewer: User) -> Shares:
    """Those that tell another agency of no contact that is police only by now."""
    if viewer.agency.is_lead:
        return found
    return found.exclude(contact__handling=Handling.POLICE_ONLY)


def _in_full(viewer: User) -> Q:
    places = scope.places_visible_to(viewer, section=Section.FULL)
    return Q(place__in=places) | Q(place=None, person__in=scope.people_in_full(viewer))


def holdings(kind: str = "", *, viewer: User) -> Shares:
    """Who holds what: shares that are not over, what ends first first, of one kind where it is named.

    For whoever signs agreements all of them; for whoever shares, those they may read. NotAllowed for
    others. Each with `never_opened`: nobody of the receiving agency has opened the child since.
    """
    check_can_see_holdings(by=viewer)
    known = _whole(Share.objects.all()) if can_sign_agreement(by=viewer) else _known_or_run(viewer)
    opened = audit.queries.opened(
        viewer=viewer,
        person=OuterRef("person_id"),
        agency=OuterRef("agency__name"),
        since=OuterRef("starts_at"),
    )
    standing = known.standing().annotate(never_opened=~Exists(opened))
    of_kind: dict[str, Callable[[], Shares]] = {
        "live": standing.live,
        "ending": lambda: standing.filter(until__lte=clock.now() + ENDS_SOON),
        "unopened": lambda: standing.live().filter(~Exists(opened)),
        "suspended": standing.suspended,
    }
    found = of_kind[kind]() if kind in of_kind else standing
    return found.order_by("until", "pk")


def _known_or_run(viewer: User) -> Shares:
    run = cases.queries.places_run_by(viewer=viewer)
    # Before there is a case, who decided it answers for it, also when the child is open no more; who
    # takes over what they held, once they have left.
    gone = accounts.queries.succeeded_by(viewer=viewer)
    decided = Q(decided_by=viewer) | Q(decided_by__in=gone.values("pk"))
    own = decided & Q(place=None) & ~Q(person__in=scope.hidden_from(viewer))
    known = Share.objects.filter(_in_full(viewer) | Q(place__in=run) | own)
    return _whole(_crossing(known, viewer))


def shared_with_us(*, viewer: User) -> QuerySet[Share]:
    """What is shared with the viewer's agency now, what ends first first.

    Empty without the role; nothing whose access rows are not live for this viewer.
    """
    if not permissions.can(permissions.SEE_SHARED, by=viewer):
        return Share.objects.none()
    open_to_us = Q(place__in=scope.places_visible_to(viewer)) | Q(
        place=None, person__in=scope.visible_to(viewer)
    )
    ours = Share.objects.live().filter(open_to_us, agency=viewer.agency_id)
    return _whole(ours).order_by("until", "pk")


def share_of(place: CaseChild, *, viewer: User) -> Share | None:
    """The share that opens this place to the viewer's agency now, if there is one."""
    return shared_with_us(viewer=viewer).filter(place=place).first()


def shares_of_child(person: Person, *, viewer: User) -> QuerySet[Share]:
    """The shares that open a child to the viewer's agency now, without any place in a case."""
    return shared_with_us(viewer=viewer).filter(person=person, place=None)


def last_changes(shares: Iterable[Share], *, viewer: User) -> dict[int, datetime]:
    """When what each of these shares shows the viewer last changed, by the share's id.

    Never before the share began; nothing counts that its sections do not show.
    """
    shares = list(shares)
    changed = {share.pk: share.starts_at for share in shares}
    at_place = _last_at_places(shares, viewer)
    for share in shares:
        moments = [changed[share.pk], *at_place.get(share.place_id, [])]
        moments.append(share.texts.aggregate(last=Max("at"))["last"])
        if Section.CHRONOLOGY in share.sections:
            sight = sight_of_child(share.subject, viewer)
            lines = cases.queries.chronology(sight, viewer=viewer)
            moments.append(lines.aggregate(last=Max("recorded_at"))["last"])
        changed[share.pk] = max(moment for moment in moments if moment)
    return changed


def _last_at_places(shares: list[Share], viewer: User) -> dict[int | None, list[datetime | None]]:
    """The last moments in plans, help and contributions, by the place's id."""

    shares = [share for share in shares if share.place_id]

    def shown(section: str) -> list[int]:
        return [share.place_id for share in shares if share.place_id and section in share.sections]

    found: dict[int | None, list[datetime | None]] = {share.place_id: [] for share in shares}
    plans = Action.objects.filter(place__in=shown(Section.PLAN)).order_by().values("place")
    for plan in plans.annotate(set_last=Max("set_at"), done_last=Max("done_at")):
        found[plan["place"]] += [plan["set_last"], plan["done_last"]]
    # Every step of a child's help leaves its line, whether or not the chronology is shared too.
    help_lines = ChronologyEvent.objects.filter(
        kind=EventKind.HELP, place__in=shown(Section.INTERVENTIONS)
    )
    for place in help_lines.order_by().values("place").annotate(last=Max("recorded_at")):
        found[place["place"]].append(place["last"])
    added = Contribution.objects.filter(meant_for(viewer), place__in=found)
    for place in added.order_by().values("place").annotate(last=Max("at")):
        found[place["place"]].append(place["last"])
    return found


def _whole(found: Shares) -> Shares:
    return found.select_related(
        "person",
        "place__person",
        "place__case__lead_worker",
        "agency",
        "agreement",
        "decided_by__agency",
        "ended_by",
        "contact",
    ).prefetch_related("agreement__suspensions")


@dataclass(frozen=True)
class PlaceSeen:
    """A child's place as it is seen through some of its sections, each empty where it is not open.

    With the full record `sections` is that alone: its chronology and risks stand with the child.
    """

    sections: frozenset[str]
    summary: str
    watch: Sequence[WatchFor]
    actions: Iterable[Action]
    events: Sequence[ChronologyEvent] | QuerySet[ChronologyEvent]
    contributions: Iterable[Contribution]


def as_shared(place: CaseChild, *, viewer: User) -> PlaceSeen:
    """What the viewer sees of a child's place. NotVisible where it is not open to them."""
    sight = cases.queries.sight_of(place, viewer=viewer)
    shared = share_of(place, viewer=viewer)
    return _seen(
        sight,
        summary=shared.summary if shared else "",
        actions=cases.queries.plan(place, viewer=viewer),
        events=with_partner_texts(cases.queries.chronology(sight, viewer=viewer), viewer=viewer),
        contributions=contributions(place, viewer=viewer),
        viewer=viewer,
    )


def as_they_see_it(
    child: CaseChild | Person,
    *,
    agency: Agency,
    sections: Collection[str],
    summary: str,
    texts: Mapping[int, str] | None = None,
    viewer: User,
) -> PlaceSeen:
    """What a share would show to a partner's staff, before it is made, with the texts written for it.

    NotVisible for a child that is not open to the viewer, who never sees more by it.
    """
    sight = sight_of_child(child, viewer)
    theirs = scope.Sight(sight.person, frozenset(sections), ("share",), police=False)
    lines = cases.queries.chronology_for(agency, sight, viewer=viewer)
    if not theirs.shows(Section.INTERVENTIONS):
        lines = lines.exclude(kind=EventKind.HELP)
    place = child if isinstance(child, CaseChild) else None
    meant = Q(agency=agency)
    if theirs.shows(Section.CONTRIBUTIONS):
        meant |= Q(named__contains=[agency.pk])
    return _seen(
        theirs,
        summary=summary,
        actions=cases.queries.plan(place, viewer=viewer) if place else [],
        events=_with_typed(lines, texts or {}) if theirs.shows(Section.CHRONOLOGY) else [],
        contributions=contributions(place, viewer=viewer).filter(meant) if place else [],
        viewer=viewer,
    )


def _with_typed(
    lines: QuerySet[ChronologyEvent], texts: Mapping[int, str]
) -> Sequence[ChronologyEvent]:
    """The lines with the texts that every partner reads already, and those typed just now."""
    for_all = PartnerText.objects.filter(share=None, event=OuterRef("pk")).order_by("-pk")
    found = list(lines.annotate(partner_text=Subquery(for_all.values("text")[:1])))
    for line in found:
        line.partner_text = texts.get(line.pk, line.partner_text)
    return found


def _seen(
    sight: scope.Sight,
    *,
    summary: str,
    actions: Iterable[Action],
    events: Sequence[ChronologyEvent] | QuerySet[ChronologyEvent],
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
