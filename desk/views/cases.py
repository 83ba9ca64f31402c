"""The caseload, a family's case with each child's own place in it, and the actions of a plan."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

import accounts.permissions
import partners.permissions
import partners.queries
from accounts.models import User
from audit.denied import NotVisible
from cases import action_forms, commands, permissions, queries
from cases.access.scope import Sight
from cases.models import Action, Case, CaseChild, Flag, TeamPlace
from cases.queries import ReviewDue
from desk import paging, refusals
from desk.agreed import Agreed, agreed_in
from desk.help import Help, help_in
from desk.looks import looked_at, looked_at_all, looked_at_names
from desk.requests import Request, posted
from partners.models import DecisionNotToShare, Share, WithdrawalDecision
from partners.queries import PlaceSeen


@dataclass(frozen=True)
class Line:
    """A case in the caseload: the children open to the viewer, and what is due first."""

    case: Case
    places: list[CaseChild]
    due: Action | None
    is_late: bool
    review: ReviewDue | None


def cases(request: Request) -> HttpResponse:
    """The open cases of whoever leads cases."""
    accounts.permissions.check(accounts.permissions.LEAD_CASE, by=request.user)
    caseload = queries.caseload(viewer=request.user)
    page = paging.by_moment(request, caseload, at="opened_at")
    places = queries.places_in(page.rows, viewer=request.user)
    due = queries.next_actions(page.rows, viewer=request.user)
    reviews = queries.reviews_due(page.rows, viewer=request.user)
    lines = [
        Line(
            case=case,
            places=places.get(case.pk, []),
            due=(first := due.get(case.pk)),
            is_late=first is not None and queries.is_late(first, viewer=request.user),
            review=reviews.get(case.pk),
        )
        for case in page.rows
    ]
    looked_at_names(
        request,
        [place.person_id for line in lines for place in line.places],
        records={"cases": [case.pk for case in page.rows]},
    )
    return render(request, "desk/cases/list.html", {"lines": lines, "page": page})


@dataclass(frozen=True)
class PlaceShown:
    """A child's place as the page shows it to this viewer, with what they may do there."""

    place: CaseChild
    sight: Sight
    age: int | None
    flags: list[Flag]
    seen: PlaceSeen
    team: list[TeamPlace]
    shares: list[Share]
    shared_with_us: Share | None
    late: set[int]
    help: Help | None
    can_set_action: bool
    can_seat: bool
    can_share: bool
    can_contribute: bool
    agreed: Agreed | None
    undecided: WithdrawalDecision | None
    can_ask: bool
    can_decide_not_to_share: bool
    not_shared: list[DecisionNotToShare]


def case(request: Request, case_id: int) -> HttpResponse:
    """A family's case: the places that are open to the viewer, and nothing of the others."""
    found = queries.case(case_id, viewer=request.user)
    places = [_shown(place, request.user) for place in queries.places(found, viewer=request.user)]
    sights = [shown.sight for shown in places]
    looked_at_all(request, sights, records={"case": found.pk})
    runs = permissions.can_lead(found, by=request.user)
    context = {
        "case": found,
        "places": places,
        # Whoever sees one child of it through a share or a task is not told of a family.
        "names_family": runs or any(sight.everything for sight in sights),
        "runs": runs,
        "review": queries.review_due(found, viewer=request.user),
        "reviews": list(queries.reviews(found, viewer=request.user)),
        "can_answer": accounts.permissions.can(accounts.permissions.ANSWER_FLAG, by=request.user),
        "leads": accounts.permissions.can(accounts.permissions.LEAD_CASE, by=request.user),
    }
    return render(request, "desk/cases/case.html", context)


def _shown(place: CaseChild, viewer: User) -> PlaceShown:
    sight = queries.sight_of(place, viewer=viewer)
    seen = partners.queries.as_shared(place, viewer=viewer)
    return PlaceShown(
        place=place,
        sight=sight,
        age=queries.age(place.person, viewer=viewer) if sight.everything else None,
        flags=list(queries.open_flags(sight, viewer=viewer)),
        seen=seen,
        team=list(queries.team_around(place, viewer=viewer)),
        shares=list(partners.queries.shares(place, viewer=viewer)),
        shared_with_us=partners.queries.share_of(place, viewer=viewer),
        late={action.pk for action in seen.actions if queries.is_late(action, viewer=viewer)},
        help=help_in(place, viewer=viewer),
        can_set_action=permissions.can_set_action(place, by=viewer),
        can_seat=permissions.can_seat(place, by=viewer),
        can_share=partners.permissions.can_share(place, by=viewer),
        can_contribute=partners.permissions.can_contribute(place, by=viewer),
        agreed=agreed_in(place, sight, viewer=viewer),
        undecided=partners.queries.undecided([place], viewer=viewer).get(place.pk),
        can_ask=partners.permissions.can_ask(place, by=viewer),
        can_decide_not_to_share=place.case.is_open
        and partners.permissions.can_decide_not_to_share(place.person, place, by=viewer),
        not_shared=[
            decision
            for decision in partners.queries.decisions_not_to_share(place.person, viewer=viewer)
            if decision.ended_at is None
        ],
    )


def new_action(request: Request, place_id: int) -> HttpResponse:
    """Add a step to one child's plan."""
    place = queries.place(place_id, viewer=request.user)
    permissions.check_can_set_action(place, by=request.user)
    if request.method != "POST" and not place.case.is_open:
        return redirect("case", place.case_id)
    typed = posted(request)
    form = action_forms.SetAction(typed, viewer=request.user, place=place)
    if form.is_valid():
        try:
            made = commands.set_action(place, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"The action is set. {made.owner} does it.")
            return redirect("case", place.case_id)
    sight = queries.sight_of(place, viewer=request.user)
    looked_at(request, sight, records={"place": place.pk})
    context = {"place": place, "form": form}
    status = 422 if form.errors else 200
    return render(request, "desk/cases/new_action.html", context, status=status)


def action(request: Request, action_id: int) -> HttpResponse:
    """One action: what is to be done; whoever does it says what came of it."""
    if request.method == "POST" and queries.is_done_by(action_id, viewer=request.user):
        # Sent twice: with the first, the task that showed the child may have ended.
        return _done(request, action_id)
    found = queries.action(action_id, viewer=request.user)
    form = None
    if request.method == "POST":
        permissions.check_can_complete_action(found, by=request.user)
        form = action_forms.CompleteAction(request.POST)
        if form.is_valid():
            try:
                commands.complete_action(found, by=request.user, **form.cleaned_data)
            except ValidationError as error:
                refusals.put(form, error)
            else:
                return _done(request, action_id)
    elif not found.done_at and permissions.can_complete_action(found, by=request.user):
        form = action_forms.CompleteAction()
    sight = queries.sight_of(found.place, viewer=request.user)
    looked_at(request, sight, records={"action": found.pk})
    context = {
        "action": found,
        "form": form,
        "is_late": queries.is_late(found, viewer=request.user),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "desk/cases/action.html", context, status=status)


def _done(request: Request, action_id: int) -> HttpResponse:
    """Back to the case; to My work for whom it was open through this action alone."""
    messages.success(request, "The action is done. What came of it stands in the plan.")
    try:
        found = queries.action(action_id, viewer=request.user)
    except NotVisible:
        return redirect("home")
    return redirect("case", found.place.case_id)
