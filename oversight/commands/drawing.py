"""Draw looks for review: some by chance, and all that broke the glass."""

from datetime import date

from django.utils.crypto import salted_hmac

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Entry, Kind
from oversight import permissions, rules
from oversight.commands.patterns import WORKING_DAYS_TO_REVIEW, refuse_unless_ended, take_turn
from oversight.models import DipSample


@asking.command
def draw_dip_sample(*, on: date, by: User) -> list[DipSample]:
    """Put a London day's looks that no task opened up for review; answers those that are new.

    Of looks by search and by reason so many by chance (`rules.SAMPLE_OF_A_DAY`), of those through
    broken glass all. Which ones is known beforehand to nobody without the portal's key, and comes
    out the same again. ValidationError for a day that has not ended.
    """
    permissions.check_can_watch(by=by)
    refuse_unless_ended(on)
    take_turn()
    eligible = _eligible(on)
    broken = {pk for pk, _, ground in eligible if rules.BROKEN_GLASS in ground}
    chosen = {*rules.drawn({pk for pk, *_ in eligible} - broken, seed=_seed(on)), *broken}
    chosen -= set(DipSample.objects.filter(entry__in=chosen).values_list("entry", flat=True))
    now = clock.now()
    due = clock.add_working_days(now, WORKING_DAYS_TO_REVIEW)
    new = DipSample.objects.bulk_create(
        DipSample(entry_id=pk, user_id=user_id, day=on, drawn_at=now, due_at=due)
        for pk, user_id, _ in eligible
        if pk in chosen
    )
    records = {"day": on.isoformat(), "drawn": len(new)}
    audit.commands.record(Kind.COLLECTION, "draw dip sample", records=records, by=by)
    return new


def _eligible(on: date) -> list[tuple[int, int, list[str]]]:
    """(entry, user, grounds) of the day's looks that no task opened."""
    rows = Entry.objects.filter(
        kind=Kind.CONSULTATION,
        at__gte=clock.start_of(on),
        at__lt=clock.end_of(on),
        user_id__in=User.objects.values("pk"),
    ).exclude(ground="")
    found = [
        (pk, user_id, ground.split(", "))
        for pk, user_id, ground in rows.values_list("pk", "user_id", "ground")
        if user_id is not None
    ]
    return [each for each in found if set(each[2]) <= set(rules.BY_CHOICE)]


def _seed(on: date) -> bytes:
    """Of the day, from the portal's own key."""
    return salted_hmac("oversight.drawing", on.isoformat(), algorithm="sha256").digest()
