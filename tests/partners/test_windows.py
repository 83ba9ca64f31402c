"""After any commands in any order, the access rows of all shares are what the shares say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F

import clock
import partners.commands
from cases.access import scope
from cases.models import CaseChild, PersonGroupPermission, PlaceGroupPermission
from partners.models import Agreement, Share, Suspension
from tests.partners.conftest import World

Row = tuple[str, int, int, str, object, datetime, datetime]
DAY = timedelta(days=1)


def rows(*, ended: bool) -> set[Row]:
    """The rows of shares that have ended, or never begin; or all others."""
    now, found = clock.now(), set()
    for table in (PlaceGroupPermission, PersonGroupPermission):
        held = table.objects.filter(ground="share").select_related("permission")
        over = held.filter(until__lte=now) | held.filter(until__lte=F("starts_at"))
        wanted = over if ended else held.exclude(pk__in=over.values("pk"))
        found |= {
            (
                table.__name__,
                row.content_object_id,
                row.group_id,
                row.permission.codename,
                row.grant_ref,
                row.starts_at,
                row.until,
            )
            for row in wanted
        }
    return found


@dataclass
class Told:
    """What the commands were told, in the words of the policy: nothing is read from access rows."""

    made: dict[int, datetime] = field(default_factory=dict)

    def expected(self) -> set[Row]:
        return {row for share in Share.objects.all() for row in self._of(share)}

    def _of(self, share: Share) -> set[Row]:
        agreement, now = share.agreement, clock.now()
        more = timedelta(days=30) if share.safeguarding_reason else timedelta()
        until = min(share.until, clock.start_of(agreement.ends_on + more))
        holds = Suspension.objects.filter(
            agreement=agreement, suspended_at__gte=self.made[share.pk]
        )
        if share.ended_at or until <= now or holds.filter(resumed_at=None).exists():
            return set()
        starts = max([share.starts_at, *(each.resumed_at for each in holds)])
        on = share.place or share.person
        table = "PlaceGroupPermission" if share.place else "PersonGroupPermission"
        group, ref = share.agency.group_id, share.grant_ref
        return {
            (table, on.pk, group, f"see_{section}", ref, starts, until)
            for section in share.sections
        }


def steps(
    world: World, agreements: list[Agreement], told: Told, by_chance: Random
) -> list[Callable[[], None]]:
    def share() -> None:
        of: CaseChild | object = by_chance.choice([world.place, world.child])
        starts = by_chance.choice([None, clock.now() + by_chance.randint(0, 9) * DAY])
        made = world.share(
            place=of,
            agency=by_chance.choice([world.school, world.charity]),
            agreement=by_chance.choice(agreements),
            sections=["summary", "chronology"],
            starts_at=starts,
            until=clock.now() + by_chance.randint(1, 60) * DAY,
            is_safeguarding=(grave := by_chance.random() < 0.5),
            safeguarding_reason="Seen with older men" if grave else "",
        )
        told.made[made.pk] = clock.now()

    def one() -> Share:
        return by_chance.choice([*Share.objects.all()] or [None])

    def end() -> None:
        if shared := one():
            partners.commands.end_share(shared, reason="Enough", by=world.lead_worker)

    def extend() -> None:
        if shared := one():
            until = clock.now() + by_chance.randint(1, 90) * DAY
            partners.commands.extend_share(shared, until=until, by=world.lead_worker)

    def suspend() -> None:
        partners.commands.suspend_agreement(
            by_chance.choice(agreements), reason="Breach", by=world.signer
        )

    def resume() -> None:
        partners.commands.resume_agreement(
            by_chance.choice(agreements), reason="Mended", by=world.signer
        )

    return [share, share, share, end, extend, extend, suspend, resume, resume]


@pytest.mark.parametrize("seed", range(8))
def test_the_rows_are_what_the_shares_say_after_every_command(world: World, seed: int) -> None:
    by_chance, told = Random(seed), Told()
    agreements = [world.agreement, world.sign(title="Short", ends_on=date(2026, 12, 20))]
    done, moment = 0, clock.now()
    for _ in range(40):
        moment += timedelta(hours=by_chance.randint(0, 48))
        with clock.at(moment):
            before = rows(ended=True)
            step = by_chance.choice(steps(world, agreements, told, by_chance))
            try:
                step()
                done += 1
            except ValidationError:
                pass
            assert rows(ended=False) == told.expected(), step.__name__
            # What has ended is never written again.
            assert before <= rows(ended=True), step.__name__
            assert_seen(world)
    assert done > 15


def assert_seen(world: World) -> None:
    """What the teacher and the volunteer see is what stands live."""
    for user in (world.teacher, world.volunteer):
        live = [
            share
            for share in Share.objects.filter(agency=user.agency, ended_at=None)
            if share.starts_at <= clock.now() < share.closes_at and not share.agreement.is_suspended
        ]
        seen = scope.visible_to(user).filter(pk=world.child.pk).exists()
        assert seen == bool(live)
        assert set(Share.objects.live().filter(agency=user.agency)) == set(live)
