"""Each page that shows children's data leaves one entry: who saw whom, which sections, on which ground.

Called by the view, inside the request's transaction: the entry and the showing succeed or fail
together. One entry a page, however much it shows.
"""

from collections.abc import Iterable, Mapping

import audit.commands
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
    """Record a look at one child, with the sections and grounds that opened it."""
    looked(
        request,
        persons=[sight.person.pk],
        records=records,
        sections=sight.sections,
        ground=sight.ground,
    )


def looked_at_all(
    request: Request, sights: Iterable[Sight], *, records: Mapping[str, object] | None = None
) -> None:
    """Record one look at several children: all the sections and grounds that opened them."""
    sights = list(sights)
    grounds = {ground for sight in sights for ground in sight.grounds}
    looked(
        request,
        persons=[sight.person.pk for sight in sights],
        records=records,
        sections={section for sight in sights for section in sight.sections},
        ground=", ".join(sorted(grounds))[:20],
    )
