"""While a child is restricted nobody but the named list is told anything of what was shared of them.

What is told goes to whoever may know of the child; where nobody is left, to the keeper of the record,
who answers for it in person.
"""

from datetime import date, timedelta

import accounts.commands
import cases.commands
import clock
import partners.commands
from accounts.models import Notification, Role, User
from tests import factories
from tests.partners.conftest import World, at, notice, restrict


def lines(*, but: User | None = None) -> set[tuple[str, str]]:
    """What waits on the home pages of everybody but one: (who, where it leads)."""
    waiting = Notification.objects.filter(seen_at=None).exclude(user=but)
    return {(line.user.name, line.url) for line in waiting.select_related("user")}


def everything_told_of(world: World) -> None:
    """A share that goes on without an agreement, a notice that nobody opens, help that was taken
    back, a question to the school: all that a task or a command puts on somebody's home page."""
    system = accounts.commands.system()
    partners.commands.chase_notices(by=system)
    partners.commands.remind_of_withdrawals(by=system)
    partners.commands.warn_of_ends(on=clock.today(), by=system)
    partners.commands.suspend_agreement(world.agreement, reason="Breach", by=world.signer)
    partners.commands.resume_agreement(world.agreement, reason="Mended", by=world.signer)


def begin(world: World) -> None:
    hub = factories.team(is_hub=True)
    factories.user(Role.TRIAGE_WORKER, teams=(hub,), name="Hal Hub")
    world.share(
        sections=["summary", "contributions"],
        is_safeguarding=True,
        safeguarding_reason="Hunger",
        until=clock.now() + timedelta(days=210),
    )
    notice(world)
    told = {"who": "parent", "said_to": "Lee", "said_on": clock.today(), "by": world.lead_worker}
    partners.commands.record_consent(world.place, answer="said no", **told)
    cases.commands.seat(world.place, world.teacher, role="Form tutor", by=world.lead_worker)
    partners.commands.ask_for_information(
        world.place,
        agency=world.school,
        what="Is he late?",
        why="To help",
        needed_by=clock.today() + timedelta(days=30),
        by=world.lead_worker,
    )


A_DAY_AFTER_THE_END = at(date(2027, 6, 2)) + timedelta(hours=10)
LEADING = ("/shares/", "/withdrawals/", "/requests/", "/notices/", "/#N-")


def test_lines_that_lead_to_what_was_shared_leave_the_home_pages_with_the_child(
    world: World, keeper: User
) -> None:
    begin(world)
    with clock.at(clock.now() + timedelta(days=2)):
        everything_told_of(world)
        assert {url for _, url in lines() if url.startswith(LEADING)}
        restrict(world, keeper)
        assert {each for each in lines(but=keeper) if each[1].startswith(LEADING)} == set()


def test_nothing_new_is_told_of_a_hidden_child_but_to_who_keeps_the_record(
    world: World, keeper: User
) -> None:
    begin(world)
    hidden = restrict(world, keeper)
    before = lines(but=keeper)
    for moment in (clock.now() + timedelta(days=2), A_DAY_AFTER_THE_END):
        with clock.at(moment):
            everything_told_of(world)
    told = {each for each in lines(but=keeper) - before if not each[1].startswith("/agreements/")}
    assert told == set()
    kept = Notification.objects.filter(user=keeper)
    said = " ".join(kept.values_list("text", flat=True))
    assert kept.filter(url=f"/restrictions/{hidden.pk}", text__contains="Nobody of").exists()
    for what in ("for safeguarding, goes on", "Nobody of", "Agreement to help was refused"):
        assert what in said


def test_who_is_on_the_list_is_told_as_before(world: World, keeper: User) -> None:
    begin(world)
    restrict(world, keeper, world.lead_worker)
    with clock.at(clock.now() + timedelta(days=2)):
        everything_told_of(world)
    theirs = {url.split("/")[1] for name, url in lines() if name == world.lead_worker.name}
    assert {"shares", "withdrawals"} <= theirs
