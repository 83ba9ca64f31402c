"""Looks of the last days that no task opened, what was drawn of them for review; records on hold."""

from collections.abc import Sequence
from datetime import timedelta

import accounts.commands
import cases.commands
import clock
import oversight.commands
from accounts.models import User
from cases.models import Person, ReasonKind
from eiportal.demo.hidden import yesterday_at
from eiportal.demo.people import Town
from oversight.models import Outcome

REASONS = (
    (ReasonKind.SAFEGUARDING, "A neighbour asked whether somebody looks in on them"),
    (ReasonKind.SUPERVISION, "To see how the last visit was written up"),
    (ReasonKind.CONTACT_NOW, "At the door; a sister answered"),
)


def watch(town: Town) -> None:
    """Two days of looks by reason, one of them next door to home; the second night's patterns and samples,
    one of them reviewed."""
    ines, bea, ivy = town.users["ines"], town.users["bea"], town.users["ivy"]
    children = list(Person.objects.order_by("pk")[:3])
    oversight.commands.keep_home_postcode(bea, children[0].postcode, by=town.users["adam"])
    _open(children, days_ago=2, by=ines)
    _open(children[:2], days_ago=1, by=bea)
    system = accounts.commands.system()
    drawn = []
    for days_ago in (2, 1):
        day = clock.today() - timedelta(days=days_ago)
        oversight.commands.look_for_patterns(on=day, by=system)
        drawn += oversight.commands.draw_dip_sample(on=day, by=system)
    oversight.commands.review_dip_sample(
        drawn[0],
        outcome=Outcome.IN_ORDER,
        words="The duty log tells of the neighbour's call at that hour.",
        by=ivy,
    )
    cases.commands.hold_record(
        children[0].pk,
        reason="Inquiry into the response on the night: keep all until it has reported.",
        until=clock.today() + timedelta(days=400),
        by=ivy,
    )


def _open(children: Sequence[Person], *, days_ago: int, by: User) -> None:
    for number, child in enumerate(children):
        kind, words = REASONS[number % len(REASONS)]
        with clock.at(yesterday_at(13 + number, days_ago=days_ago)):
            cases.commands.open_record(child, kind=kind, words=words, by=by)
