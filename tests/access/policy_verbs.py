"""What may happen in the town: each verb is done by the portal's command and in the model.

A verb that the portal refuses raises before the model learns of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.exceptions import ValidationError

import accounts.commands
import cases.commands
import clock
import partners.commands
import referrals.commands
from cases.commands import Named
from cases.models import ClosingReason, NamedPlace, NeedsMet, Restriction
from tests.access.policy_model import FULL, Agreement, Window
from tests.access.policy_town import AT_THE_TABLE, BORN, NAMES, SECTIONS, SIBLINGS, Town

# --- agreements and shares


def sign(town: Town) -> None:
    names = ("lead", "hub", "teacher", "worker")
    ends = clock.today() + timedelta(days=town.chance.choice((20, 60, 200)))
    signed = partners.commands.sign_agreement(
        title=f"Agreement {len(town.agreements)}",
        parties=[town.users[name].agency for name in names],
        purposes=["Early help"],
        lawful_bases=["public task"],
        sections=list(SECTIONS),
        starts_on=clock.today(),
        ends_on=ends,
        review_on=ends,
        impact_assessment="DPIA-1",
        signatories=["N. Ash for each party"] * 5,
        by=town.users["governance"],
    )
    town.agreements.append((signed, Agreement(clock.start_of(ends))))


def share(town: Town) -> None:
    """A sibling's place in their case."""
    _share(town, town.chance.choice(SIBLINGS), SECTIONS, by=town.runner(), of_case=0)


def share_child(town: Town) -> None:
    """A child before there is a case, or beside it."""
    by = town.chance.choice(("other", "other", "hub", "lead"))
    _share(town, town.chance.choice(NAMES), SECTIONS[:3], by=by, of_case=None)


def _share(town: Town, child: str, among: tuple[str, ...], *, by: str, of_case: int | None) -> None:
    to = town.chance.choice(("teacher", "teacher", "worker"))
    real, signed = town.chance.choice(town.agreements)
    sections = frozenset(town.chance.sample(among, town.chance.randint(1, 3)))
    grave = town.chance.random() < 0.4
    later = town.now + timedelta(days=2) if town.chance.random() < 0.4 else None
    until = town.now + timedelta(days=town.chance.choice((5, 15, 40)))
    made = partners.commands.share(
        town.children[child] if of_case is None else town.place(child),
        agency=town.users[to].agency,
        agreement=real,
        purpose="Early help",
        lawful_basis="public task",
        necessity="They see the child daily",
        is_safeguarding=grave,
        safeguarding_reason="Away from home at night" if grave else "",
        summary="Often late",
        sections=sections,
        starts_at=later,
        until=until,
        by=town.users[by],
    )
    window = Window(
        town.agency_of(to), child, sections, "share", later or town.now, until, signed, grave,
        of_case, by,
    )  # fmt: skip
    town.policy.windows.append(window)
    town.shares.append((made, window, None if of_case is not None else by))


def withdraw(town: Town) -> None:
    made, window, decider = town.chance.choice(town.shares)
    by = town.users[decider or town.runner()]
    partners.commands.end_share(made, reason="Enough", by=by)
    town.policy.end(town.now, [window])


def extend(town: Town) -> None:
    made, window, decider = town.chance.choice(town.shares)
    until = town.now + timedelta(days=town.chance.choice((10, 30, 90)))
    by = town.users[decider or town.runner()]
    partners.commands.extend_share(made, until=until, by=by)
    window.until = until


def suspend(town: Town) -> None:
    real, signed = town.chance.choice(town.agreements)
    partners.commands.suspend_agreement(real, reason="A laptop", by=town.users["governance"])
    signed.suspended = True


def resume(town: Town) -> None:
    held = [each for each in town.agreements if each[1].suspended]
    real, signed = town.chance.choice(held)
    partners.commands.resume_agreement(real, reason="Found", by=town.users["governance"])
    signed.suspended = False


def contribute(town: Town) -> None:
    child, by = town.chance.choice(SIBLINGS), town.chance.choice(("teacher", "worker"))
    partners.commands.contribute(
        town.place(child), text="Hungry", voice="", audience=["hub"], by=town.users[by]
    )
    town.policy.told.add((town.agency_of(by), child))


# --- restricted and sealed records


def _restriction(town: Town, child: str) -> Restriction:
    return Restriction.objects.live().get(person=town.children[child])


def _on_child(town: Town, child: str, ground: str) -> list[Window]:
    return [w for w in town.policy.windows if (w.child, w.ground) == (child, ground)]


def restrict(town: Town) -> None:
    child, owner = town.chance.choice(NAMES), town.chance.choice(("supervisor", "keeper"))
    kind = town.chance.choice(("restricted", "restricted", "sealed"))
    if child in town.policy.hidden:
        return
    cases.commands.restrict(
        town.children[child],
        owner=town.users[owner],
        why="A witness",
        named=[Named(town.users[owner], reachable_at_any_hour=True)],
        kind=kind,
        by=town.users["governance"],
    )
    town.policy.hidden[child], town.policy.keepers[child] = kind, owner
    town.open(owner, child, FULL, "named")


def name(town: Town) -> None:
    child = town.chance.choice(NAMES)
    who = town.chance.choice(("officer", "hub", "teacher", "lead"))
    cases.commands.add_to_list(
        _restriction(town, child), town.users[who], by=town.users["governance"]
    )
    town.open(who, child, FULL, "named")


def unname(town: Town) -> None:
    named = NamedPlace.objects.filter(until=None, reachable_at_any_hour=False)
    place = town.chance.choice(list(named.order_by("pk")))
    cases.commands.take_off_list(place, by=town.users["governance"])
    child = next(n for n, each in town.children.items() if each.pk == place.restriction.person_id)
    who = next(n for n, each in town.users.items() if each.pk == place.user_id)
    town.policy.end(town.now, [w for w in _on_child(town, child, "named") if w.to == who])


def seal(town: Town) -> None:
    child = town.chance.choice(NAMES)
    cases.commands.seal(_restriction(town, child), why="Adopted", by=town.users["governance"])
    if town.policy.hidden[child] == "restricted":
        town.policy.hidden[child] = "sealed"
        town.policy.end(town.now, _on_child(town, child, "break-glass"))


def lift(town: Town) -> None:
    """Glass that was broken stays so for its hour, though the record needs none any more."""
    child = town.chance.choice(NAMES)
    cases.commands.lift(_restriction(town, child), why="Over", by=town.users["governance"])
    del town.policy.hidden[child]
    town.policy.end(town.now, _on_child(town, child, "named"))


def break_glass(town: Town) -> None:
    who, child = town.chance.choice(("officer", "other", "hub")), town.chance.choice(NAMES)
    hits = cases.commands.break_glass(
        surname="Example", forenames=child, date_of_birth=BORN, reason="Missing",
        by=town.users[who],
    )  # fmt: skip
    assert bool(hits) == (town.policy.hidden.get(child) == "restricted")
    if hits:
        town.open(who, child, FULL, "break-glass", lasts=timedelta(minutes=60))


def open_record(town: Town) -> None:
    who, child = town.chance.choice(("officer", "other", "other", "hub")), town.chance.choice(NAMES)
    given = [w for w in _on_child(town, child, "reason") if w.to == who and w.is_live(town.now)]
    cases.commands.open_record(
        town.children[child], kind="supervision", words="To look", by=town.users[who]
    )
    if not given:
        town.open(who, child, FULL, "reason", lasts=timedelta(hours=8))


# --- referrals


def refer(town: Town) -> None:
    if town.referral:
        return
    made = referrals.commands.make_referral(
        contact=None, children=[town.children["kit"]], reason="Out late", wanted="",
        agreed="yes", agreed_why_not="", by=town.users["officer"],
    )  # fmt: skip
    town.referral = (made, town.open("team hub", "kit", FULL, "hub"))


def decline(town: Town) -> None:
    if not town.referral:
        return
    made, window = town.referral
    referrals.commands.decline(made, reason="No", answer="Thank you", by=town.users["hub"])
    town.policy.end(town.now, [window])
    town.referral = None


def accept(town: Town) -> None:
    """Kit is in a case of the other team from now on."""
    if not town.referral or town.policy.is_hidden_from("hub", "kit", town.now):
        return
    made, window = town.referral
    case = referrals.commands.accept(
        made, family_name="Kit's", team=town.teams["other"], lead_worker=town.users["other"],
        reason="Yes", answer="Thank you", by=town.users["hub"],
    )  # fmt: skip
    town.policy.end(town.now, [window])
    town.referral = None
    town.case_opened(case, ("kit",), team="other", lead="other")


# --- teams, the table round a child, leaving


def seat(town: Town) -> None:
    child = town.chance.choice(SIBLINGS)
    who = town.chance.choice(("worker", "worker", "leaver", "hub"))
    cases.commands.seat(
        town.place(child), town.users[who], role="Youth worker", by=town.users[town.runner()]
    )
    _sit(town, who, child)


def _sit(town: Town, who: str, child: str) -> None:
    if not town.seats(who=who, child=child):
        sections = FULL if town.policy.people[who].is_lead else AT_THE_TABLE
        town.open(who, child, sections, "case team", of_case=0)


def join_early(town: Town) -> None:
    who = town.chance.choice(("lead", "other", "supervisor", "leaver"))
    team = town.teams["early"]
    accounts.commands.join_team(town.users[who], team, by=town.administrator)
    town.policy.people[who].holds.add("team early")
    if who == "supervisor":
        accounts.commands.name_supervisor(team, town.users[who], by=town.administrator)
        town.supervisor = "supervisor"


def leave_early(town: Town) -> None:
    """What was held passes to the team's supervisor."""
    who = town.chance.choice(("lead", "lead", "other", "supervisor", "leaver"))
    is_in = "team early" in town.policy.people[who].holds
    successor = None if who == "supervisor" else town.supervisor
    with _refused_only(without=successor):
        accounts.commands.leave_team(town.users[who], town.teams["early"], by=town.administrator)
    if is_in:
        town.policy.people[who].holds.discard("team early")
        town.supervisor = successor
        _pass_seats(town, who, successor)


def depart(town: Town) -> None:
    """Leave the agency: the team's supervisor takes over, or the case's lead worker."""
    who = town.chance.choice(("leaver", "worker"))
    town.cases[0].refresh_from_db()
    in_team = "team early" in town.policy.people[who].holds
    lead = next(n for n, user in town.users.items() if user == town.cases[0].lead_worker)
    successor = town.supervisor if in_team else lead
    if town.policy.people[who].has_left:
        return
    with _refused_only(without=successor):
        accounts.commands.leave_agency(town.users[who], by=town.administrator)
    _pass_seats(town, who, successor)
    town.policy.people[who].has_left = True
    town.policy.people[who].holds.clear()


@contextmanager
def _refused_only(*, without: str | None) -> Iterator[None]:
    """Nobody is kept from leaving, but where there is nobody to take over."""
    try:
        yield
    except ValidationError as refused:
        if without is not None:
            raise AssertionError("leaving was refused") from refused
        raise


def _pass_seats(town: Town, who: str, successor: str | None) -> None:
    """Of a child who is hidden from the successor, to the record's owner; who is that keeps the seat."""
    for held in town.seats(who=who):
        assert successor, "leaving was not refused"
        hidden = town.policy.is_hidden_from(successor, held.child, town.now)
        heir = town.policy.keepers[held.child] if hidden else successor
        if heir != who:
            town.policy.end(town.now, [held])
            _sit(town, heir, held.child)


def leave_hub(town: Town) -> None:
    accounts.commands.leave_team(town.users["hub"], town.teams["hub"], by=town.administrator)
    town.policy.people["hub"].holds.discard("team hub")
    opened = [w for w in town.policy.windows if w.ground in {"break-glass", "reason"}]
    town.policy.end(town.now, [w for w in opened if w.to == "hub"])


def join_hub(town: Town) -> None:
    accounts.commands.join_team(town.users["hub"], town.teams["hub"], by=town.administrator)
    town.policy.people["hub"].holds.add("team hub")


def close(town: Town) -> None:
    """The siblings' case closes: table and shares end; of whom the closer may not know, everything."""
    town.cases[0].refresh_from_db()
    if not town.cases[0].is_open or town.chance.random() < 0.5:
        return
    by = town.runner()
    known = [n for n in SIBLINGS if not town.policy.is_hidden_from(by, n, town.now)]
    cases.commands.close_case(
        town.cases[0],
        reason=ClosingReason.NEEDS_MET,
        outcome="Sleeps at home",
        places=[(town.place(child), NeedsMet.ALL, "School") for child in known],
        by=town.users[by],
    )
    of_case = [w for w in town.policy.windows if w.of_case == 0]
    over = [w for w in of_case if w.ground in {"share", "case team"} or w.child not in known]
    town.policy.end(town.now, over)


def wait(town: Town) -> None:
    hours = town.chance.choice((59 / 60, 61 / 60, 9, 48, 25 * 24))
    town.now += timedelta(hours=hours)


VERBS = (
    sign, share, share, share, share, share_child, share_child, withdraw, extend, suspend, resume,
    resume, contribute, restrict, restrict, name, unname, seal, lift, lift, break_glass, break_glass,
    open_record, open_record, refer, refer, decline, accept, seat, seat, join_early, leave_early,
    depart, leave_hub, join_hub, close, wait, wait, wait,
)  # fmt: skip
