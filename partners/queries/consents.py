"""What families agreed to, and what is to be decided where they take it back."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

import accounts.queries
import asking
import cases.queries
import clock
from accounts.models import Membership, Role, User
from audit.denied import NotVisible
from cases.access import scope
from cases.models import (
    Case,
    CaseChild,
    Section,
    TeamPlace,
)
from partners.models import (
    Consent,
    WithdrawalDecision,
)


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
    open_to_them = scope.open_among(viewer, places)
    # That, and no word of what was said: the consent itself is for the table and whoever runs the case.
    with asking.task("undecided"):
        found = WithdrawalDecision.objects.filter(consent__place__in=open_to_them, decided_at=None)
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
    """A sentence where a withdrawal of the case is not decided. The caller may close the case.

    One of a child who is hidden from them is the named list's to decide: they learn of no such child.
    """
    waiting = WithdrawalDecision.objects.filter(consent__place__case=case, decided_at=None)
    if not waiting.exclude(consent__place__person__in=scope.hidden_from(viewer)).exists():
        return []
    return ["Decide what follows from the withdrawn agreement to help first."]
