"""Read some children anew, in the transaction of the facts that changed."""

from collections.abc import Iterable

import asking
import audit.commands
import clock
from accounts.models import User
from audit.models import Kind
from cases.models import Person
from risk import sql
from risk.models import Model, Reading


@asking.command
def read_anew(person_ids: Iterable[int], *, by: User) -> int:
    """Read these children as of today, from the facts as they stand in this transaction.

    Says how many rows it wrote. A child who is read no more loses the row. With no model live there
    is nothing to read by, and nothing happens: facts are recorded all the same.
    """
    people = sorted(set(person_ids))
    model = Model.objects.first()
    if model is None or not people:
        return 0
    _hold(people)
    written = sql.write(model, clock.today(), people=people, always=True)
    audit.commands.record(
        Kind.ALTERATION, "read anew", persons=people, records={"model": model.pk}, by=by
    )
    return written.changed + written.removed


def _hold(people: list[int]) -> None:
    """Wait for whoever is writing these rows, then hold them: the statement itself never waits.

    The person first, then the reading, each in the order of ids; so does every command.
    """
    held = Person.objects.filter(pk__in=people).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk"))
    readings = Reading.objects.filter(pk__in=people).order_by("pk")
    list(readings.select_for_update().values_list("pk"))
