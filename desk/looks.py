"""Each page that shows children's data leaves one entry: who saw whom, which sections, on which ground.

Called by the view, inside the request's transaction: the entry and the showing succeed or fail
together. One entry a page, however much it shows.
"""

from collections.abc import Iterable, Mapping

import audit.commands
import cases.queries
from audit.models import Kind
from cases.access.scope import Sight
from desk.requests import Request


def looked(
    request: Request,
    *,
    persons: Iterable[int] = (),
    records: Mapping[str, object] | None = None,
    sections: Iterable[str] = (),
    ground: str = "",
    reason: str = "",
) -> None:
    """Record that the signed-in user was shown these children on the page asked for."""
    assert request.resolver_match is not None, "a view has been asked"
    audit.commands.record(
        Kind.CONSULTATION,
        request.resolver_match.view_name,
        persons=persons,
        records=records,
        sections=sections,
        ground=ground,
        reason=reason,
        by=request.user,
    )


def looked_at(
    request: Request, sight: Sight, *, records: Mapping[str, object] | None = None
) -> None:
    """Record a look at one child, with the sections and grounds that opened it, and the reason."""
    looked(
        request,
        persons=[sight.person.pk],
        records=records,
        sections=sight.sections,
        ground=sight.ground,
        reason=_reason(request, [sight]),
    )


def looked_at_all(
    request: Request,
    sights: Iterable[Sight],
    *,
    own: Iterable[int] = (),
    records: Mapping[str, object] | None = None,
) -> None:
    """Record one look at several children: all the sections, grounds and reasons that opened them.

    `own`: children whose record is closed to the viewer, who reads their own words about them.
    """
    sights, own = list(sights), list(own)
    grounds = {ground for sight in sights for ground in sight.grounds} | ({"own"} if own else set())
    looked(
        request,
        persons=[*(sight.person.pk for sight in sights), *own],
        records=records,
        sections={section for sight in sights for section in sight.sections},
        ground=_in_words(grounds),
        reason=_reason(request, sights),
    )


def looked_at_names(
    request: Request,
    persons: Iterable[int],
    *,
    records: Mapping[str, object] | None = None,
    also: Iterable[str] = (),
) -> None:
    """Record that a list named these children: the grounds on which they are open, no section.

    `also`: grounds that name a child and open nothing, such as a notice.
    """
    persons = list(persons)
    grounds = cases.queries.grounds(persons, viewer=request.user) | set(also)
    looked(request, persons=persons, records=records, ground=_in_words(grounds))


def _in_words(grounds: Iterable[str]) -> str:
    return ", ".join(sorted(grounds))[:80]


def _reason(request: Request, sights: Iterable[Sight]) -> str:
    """With which reasons the viewer has opened these records, where that is the ground."""
    opened = [
        cases.queries.opening(sight.person, viewer=request.user)
        for sight in sights
        if "reason" in sight.grounds
    ]
    return "; ".join(dict.fromkeys(each.reason for each in opened if each))
