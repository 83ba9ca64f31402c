"""What has to be dealt with before a case may close."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import User
from cases.access import scope
from cases.models import Action, Case, CaseChild, Flag
from cases.queries.people import open_flags
from cases.signals import case_closing


@dataclass(frozen=True)
class InTheWay:
    """One thing that keeps a case from closing. `says` what it is and what to do.

    `flag` or `action`: the record it is about; neither where another floor answered.
    """

    says: str
    flag: Flag | None = None
    action: Action | None = None


def in_the_way(case: Case, *, viewer: User) -> list[InTheWay]:
    """What of the case must be answered, done or ended first: flags, then actions, then help.

    Only what the viewer may know of. NotVisible where a child's place in it is not open to them.
    """
    staying = CaseChild.objects.filter(case=case, left_at=None).select_related("person")
    hidden = scope.hidden_from(viewer)
    places = list(staying.exclude(person__in=hidden).order_by("pk"))
    found = [each for place in places for each in _flags(place, viewer)]
    actions = Action.objects.filter(place__in=places, done_at=None)
    found += [
        InTheWay(
            f"The action for {_name(action.place)}, ‘{action.what}’, is not done: "
            "say what came of it first",
            action=action,
        )
        for action in actions.select_related("place__person").order_by("due_on", "pk")
    ]
    answers = case_closing.send(sender=Case, case=case, by=viewer)
    return found + [InTheWay(says) for _, sentences in answers for says in sentences or ()]


def _flags(place: CaseChild, viewer: User) -> Iterator[InTheWay]:
    sight = scope.sight_of(viewer, place)
    for flag in open_flags(sight, viewer=viewer):
        yield InTheWay(
            f"Safeguarding flag F-{flag.pk} of {_name(place)} is open: it must be answered first",
            flag=flag,
        )


def _name(place: CaseChild) -> str:
    return place.person.forenames or place.person.name
