"""Whoever leaves the agency, or may answer no more, stands on no named list: what they kept there is the
list's own."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db.models import Q

import accounts.commands
import asking
from accounts.models import User
from cases.commands.flags import NAMED_LIST, line_of, list_of, pass_call
from cases.commands.restrictions import (
    Named,
    end_place,
    hold_restriction,
    next_reachable,
    pass_record,
    record_step,
    unfit_for,
)
from cases.commands.telling import tell_owner
from cases.models import DutyCall, Flag, NamedPlace, Prompt, PromptState, Restriction


@asking.command
def leave_lists(user: User, *, by: User) -> None:
    """Take somebody who has left off every list in this second. A record of theirs is from now on that
    of the next on its list who is reachable at any hour; what called them calls the list.

    ValidationError, by reference, where they are the last who is: then nobody leaves.
    """
    for restriction, place in _places_of(user):
        _leave(restriction, place, by=by)


@asking.command
def refit_lists(user: User, *, by: User) -> None:
    """What becomes of somebody's lists with the roles that they have now: whoever may open no records
    is off every list, as if they had left; whoever may answer no flag is reachable on none.

    ValidationError at "roles", by reference, where nobody else would answer: then the roles stay.
    """
    try:
        for restriction, place in _places_of(user):
            if unfit_for(Named(user)):
                _leave(restriction, place, by=by)
            elif unfit_for(Named(user, place.reachable_at_any_hour)):
                _reach_no_more(restriction, place, by=by)
    except ValidationError as error:
        raise ValidationError({"roles": error.messages}) from error


def _places_of(user: User) -> Iterator[tuple[Restriction, NamedPlace]]:
    """Where they stand now, each with its restriction, held."""
    live = NamedPlace.objects.filter(user=user, until=None, restriction__until=None)
    for place in live.select_related("restriction", "user").order_by("restriction"):
        yield hold_restriction(place.restriction), place


def _leave(restriction: Restriction, place: NamedPlace, *, by: User) -> None:
    user = place.user
    end_place(place)
    heir = next_reachable(restriction)
    if heir is None and (place.reachable_at_any_hour or restriction.owner_id == user.pk):
        raise _last_of(restriction, user)
    record_step("take off list", restriction, place=place, by=by)
    if heir and restriction.owner_id == user.pk:
        pass_record(restriction, heir, by=by)
    tell_owner(restriction, f"The list of record {restriction.reference} has changed", by=by)
    _pass_calls(restriction, user, by=by)


def _reach_no_more(restriction: Restriction, place: NamedPlace, *, by: User) -> None:
    """They stay on the list, and a flag of this child calls others."""
    place.reachable_at_any_hour = False
    place.save(update_fields=["reachable_at_any_hour"])
    if next_reachable(restriction) is None:
        raise _last_of(restriction, place.user)
    record_step("reach no more", restriction, place=place, by=by)
    tell_owner(restriction, f"The list of record {restriction.reference} has changed", by=by)
    _pass_calls(restriction, place.user, by=by)


def _last_of(restriction: Restriction, user: User) -> ValidationError:
    return ValidationError(
        f"{user} is the last on the list of {restriction.reference} who is reachable at any "
        "hour. Have information governance put somebody else on it first."
    )


def _pass_calls(restriction: Restriction, user: User, *, by: User) -> None:
    """The calls to them that nobody has answered, each to whom its step calls on the list that is left."""
    calls = DutyCall.objects.filter(user=user, passed_at=None)
    about = {"person": restriction.person_id, "calls__in": calls}
    # Held, so that none is answered at this moment.
    flags = Flag.objects.filter(**about, answered_at=None).order_by("pk")
    prompts = Prompt.objects.filter(**about, state=PromptState.WAITING, climbs=True).order_by("pk")
    open_flags = list(flags.select_for_update(of=("self",)))
    open_prompts = list(prompts.select_for_update(of=("self",)))
    theirs = calls.filter(Q(flag__in=open_flags) | Q(prompt__in=open_prompts))
    for call in theirs.select_related("flag__person", "prompt__person").order_by("pk"):
        called = list_of(restriction.person).get(call.step)
        if called and called.user:
            accounts.commands.settle(url=line_of(call, hidden=True)[1], user=user, by=by)
            pass_call(call, called.user, post=NAMED_LIST, by=by)
