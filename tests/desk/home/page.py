"""What stands on somebody's My work, and what puts it there."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.test import Client

import accounts.commands
import cases.commands
import clock
from accounts.models import Role, User
from cases.models import Flag
from tests import factories

SignedIn = Callable[[User], Client]


def page(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def headings(client: Client) -> list[str]:
    """What stands on the page below its title, from top to bottom, the button among it."""
    main = re.search("<main.*</main>", page(client), re.DOTALL)
    found = re.findall(r'<h2[^>]*>([^<]*)</h2>|role="button"[^>]*>([^<]*)</a>', main[0])
    return [heading or button for heading, button in found]


def told(user: User) -> None:
    accounts.commands.notify(user, "Something for you", url="/", by=user)


def raise_flag(supervisor: User, *, minutes_ago: int = 0) -> Flag:
    """A flag of a contact in which the child was not safe; the supervisor is on duty."""
    accounts.commands.post_duty(
        "Duty sergeant", step=0, user=supervisor, by=factories.administrator()
    )
    with clock.at(clock.now() - timedelta(minutes=minutes_ago)):
        child = factories.child("Robin", "Example")
        factories.contact(child, by=factories.user(Role.OFFICER), safe_now="no")
    return Flag.objects.get(person=child)


def action_for(user: User) -> None:
    """An action that is due today, of a child whose case others run."""
    child = factories.child("Kim", "Sample")
    case = factories.case(child)
    cases.commands.set_action(
        factories.place(child, case), what="Ring home", owner=user, due_on=clock.today(),
        by=case.lead_worker,
    )  # fmt: skip
