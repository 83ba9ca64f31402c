"""Whatever tells somebody something of a child: whom it is safe to tell was read, or it is not sent."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError

import cases.commands
import clock
import partners.commands
import partners.queries
import referrals.commands
from accounts.models import AgencyKind, Notification, Role
from cases.models import ChildRole, ChronologyEvent, ContactChild, Person, SafeToTell
from partners.models import Share
from partners.redaction import NEVER_SHARED
from referrals.commands import IN_PERSON
from tests import factories
from tests.cases import test_private_hits as private_hits
from tests.desk.pages import Signed
from tests.partners.conftest import World
from tests.partners.test_requests import answer, ask
from tests.referrals.conftest import World as HubWorld
from tests.referrals.conftest import build_world as build_hub

Send = Callable[..., Any]


def extend(world: World) -> Send:
    share = world.share()
    until = share.until + timedelta(days=7)
    return lambda **said: partners.commands.extend_share(
        share, until=until, by=world.lead_worker, **said
    )


def write(world: World) -> Send:
    contact = factories.contact(world.child, by=world.lead_worker)
    share = world.share(sections=["chronology"])
    line = ChronologyEvent.objects.get(contact=contact, person=world.child, kind="contact")
    return lambda **said: partners.commands.write_partner_texts(
        share, texts={line.pk: "He was out late"}, by=world.lead_worker, **said
    )


def pass_on(world: World) -> Send:
    world.share(agency=world.charity, sections=["summary", "contributions"])
    world.share(sections=["summary", "contributions"])
    added = world.contribute(by=world.volunteer, audience=["case team", "lead agency"])
    return lambda **said: partners.commands.pass_on(
        added, agencies=[world.school], agreed_by_author=True, by=world.lead_worker, **said
    )


def request(world: World) -> Send:
    world.share()
    return lambda **said: ask(world, **said)


def reply(world: World) -> Send:
    """The police answer what the school asks."""
    world.share(sections=["summary", "contributions"])
    asked = ask(world, agency=world.police, by=world.teacher)
    return lambda **said: answer(world, asked, by=world.lead_worker, **said)


SENDS = {
    extend: "until",
    write: "text",
    pass_on: "agencies",
    request: "agency",
    reply: "answer",
}


def refused(send: Send, **said: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        send(**said)
    return error.value.message_dict


@pytest.mark.parametrize("made", SENDS, ids=lambda made: made.__name__)
def test_a_send_names_the_version_that_counts(world: World, made: Callable[[World], Send]) -> None:
    send = made(world)
    older = factories.safe_to_tell(world.child, by=world.lead_worker)
    newer = factories.safe_to_tell(world.child, never="Dad", by=world.lead_worker)
    assert list(refused(send)) == ["safe_to_tell_read"]
    assert list(refused(send, safe_to_tell_read=older.pk)) == ["safe_to_tell_read"]
    send(safe_to_tell_read=newer.pk)


@pytest.mark.parametrize("made", SENDS, ids=lambda made: made.__name__)
def test_nothing_is_sent_to_an_agency_that_must_not_be_told(
    world: World, made: Callable[[World], Send]
) -> None:
    send = made(world)
    safe = factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)
    said = refused(send, safe_to_tell_read=safe.pk)
    assert list(said) == [SENDS[made]]
    assert f"Safe to tell says that {world.school} must not be told" in said[SENDS[made]][0]


def test_whoever_may_not_read_it_still_answers(world: World) -> None:
    world.share()
    asked = ask(world)
    factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)
    assert answer(world, asked).answered_at


def test_no_step_and_no_seat_goes_to_an_agency_that_must_not_be_told(world: World) -> None:
    safe = factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)
    assert safe.agencies_not_told == [world.school.pk]
    step = {"what": "Ring", "due_on": clock.today(), "by": world.lead_worker}
    assert list(
        refused(lambda: cases.commands.set_action(world.place, owner=world.teacher, **step))
    ) == ["owner"]
    seat = {"role": "mentor", "by": world.lead_worker}
    assert list(refused(lambda: cases.commands.seat(world.place, world.teacher, **seat))) == [
        "user"
    ]
    cases.commands.set_action(world.place, owner=world.volunteer, **step)


def test_nobody_names_an_agency_that_must_not_be_told(world: World) -> None:
    """It sat at the table before that was said."""
    seat = {"role": "mentor", "by": world.lead_worker}
    for user in (world.teacher, world.volunteer):
        cases.commands.seat(world.place, user, **seat)
    factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)
    said = {"named": [world.school], "by": world.volunteer}
    assert list(refused(lambda: world.contribute(**said))) == ["named"]
    assert world.contribute(**said | {"named": []})


def test_what_is_open_to_them_already_calls_its_owner(world: World) -> None:
    share, other = world.share(), world.share(agency=world.charity)
    factories.safe_to_tell(world.child, agencies=(world.school,), by=world.lead_worker)
    called = Notification.objects.get(url=f"/shares/{share.pk}/end")
    assert (called.user, str(world.child) in called.text) == (world.lead_worker, False)
    assert not Notification.objects.filter(url=f"/shares/{other.pk}/end").exists()
    assert Share.objects.live().count() == 2


# --- the answer to a referral


@pytest.fixture
def hub(db: None, held_clock: object) -> HubWorld:
    return build_hub()


DECISIONS = (referrals.commands.decline, referrals.commands.return_for_information)


@pytest.mark.parametrize("decide", DECISIONS)
def test_an_answer_names_the_version_of_each_child(hub: HubWorld, decide: Send) -> None:
    made = hub.refer()
    read = [factories.safe_to_tell(child).pk for child in (hub.child, hub.sibling)]
    said = {"reason": "Known", "answer": "Thank you", "by": hub.triager}
    for some in ([], read[:1], read[1:], [0]):
        refusal = refused(partial(decide, made, **said, safe_to_tell_read=some))
        assert list(refusal) == ["safe_to_tell_read"]
    assert decide(made, **said, safe_to_tell_read=read).answer == "Thank you"


def test_a_referrer_who_must_not_be_told_is_answered_in_person(hub: HubWorld) -> None:
    school = factories.agency(AgencyKind.SCHOOL)
    head = factories.user(Role.OFFICER, agency=school)
    made = hub.refer(by=head, contact=factories.contact(hub.child, by=head), children=[hub.child])
    read = [factories.safe_to_tell(hub.child, agencies=(school,)).pk]
    refusal = refused(lambda: hub.accept(made, safe_to_tell_read=read))
    assert list(refusal) == ["answer"]
    assert "leave this empty, and answer them in person" in refusal["answer"][0]
    hub.accept(made, safe_to_tell_read=read, answer="")
    made.refresh_from_db()
    assert made.answer == IN_PERSON


def test_no_case_goes_to_a_team_that_must_not_be_told(hub: HubWorld) -> None:
    made = hub.refer()
    theirs = factories.team(agency=factories.agency(AgencyKind.CHARITY))
    worker = factories.user(Role.LEAD_WORKER, agency=theirs.agency, teams=(theirs,))
    read = [factories.safe_to_tell(hub.child, agencies=(theirs.agency,)).pk]
    refusal = refused(
        lambda: hub.accept(made, team=theirs, lead_worker=worker, safe_to_tell_read=read)
    )
    assert list(refusal) == ["team"]
    assert SafeToTell.objects.count() == 1
    hub.accept(made, safe_to_tell_read=read)


# --- the address of who was harmed


def harmed(child: Person) -> None:
    contact = factories.contact(child, by=factories.user(Role.OFFICER))
    ContactChild.objects.filter(contact=contact).update(role=ChildRole.VICTIM)


def test_the_address_of_who_was_harmed_is_in_no_question_and_no_answer(world: World) -> None:
    world.share(sections=["summary", "contributions"])
    harmed(world.child)
    where = "Is he at 1 Sample Street?"
    assert refused(lambda: ask(world, what=where)) == {"what": [NEVER_SHARED]}
    assert refused(lambda: ask(world, why=where)) == {"why": [NEVER_SHARED]}
    asked = ask(world, agency=world.police, by=world.teacher)
    said = {"text": where, "by": world.lead_worker}
    assert refused(lambda: answer(world, asked, **said)) == {"text": [NEVER_SHARED]}
    said = {"answer": "declined", "reason": where, "text": "", "by": world.lead_worker}
    assert refused(lambda: answer(world, asked, **said)) == {"reason": [NEVER_SHARED]}
    # The police may be told.
    assert ask(world, agency=world.police, by=world.teacher, what=where).what == where


def test_nor_in_a_plan_which_partners_read(world: World) -> None:
    harmed(world.child)
    step = {"owner": world.teacher, "due_on": clock.today(), "by": world.lead_worker}
    set_action = partial(cases.commands.set_action, world.place, **step)
    assert refused(lambda: set_action(what="Meet at 1 Sample Street")) == {"what": [NEVER_SHARED]}
    action = set_action(what="Meet at school")
    say = partial(cases.commands.complete_action, action, by=world.teacher)
    where = "She is at NB1 1AA now"
    assert refused(lambda: say(came_of_it=where)) == {"came_of_it": [NEVER_SHARED]}
    assert say(came_of_it="She is well").done_at


def test_on_the_page_it_is_said_at_the_field(world: World, signed_in: Signed) -> None:
    harmed(world.child)
    client = signed_in(world.lead_worker)
    typed = {"what": "Meet at 1 Sample Street", "owner": world.lead_worker.pk}
    day = {"due_on-day": "1", "due_on-month": "12", "due_on-year": "2026"}
    answer = client.post(f"/places/{world.place.pk}/actions/new", typed | day)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["what"])
    action = cases.commands.set_action(
        world.place,
        what="Meet",
        owner=world.lead_worker,
        due_on=clock.today(),
        by=world.lead_worker,
    )
    answer = client.post(f"/actions/{action.pk}", {"came_of_it": "At 1 Sample Street"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["came_of_it"])


def test_a_plan_from_before_that_was_an_address_to_protect_is_not_shared(world: World) -> None:
    step = {"owner": world.lead_worker, "due_on": clock.today(), "by": world.lead_worker}
    cases.commands.set_action(world.place, what="Meet at 1 Sample Street", **step)
    harmed(world.child)
    (refusal,) = refused(lambda: world.share(sections=["plan"]))["sections"]
    assert refusal.endswith("leave the plan out.")
    assert world.share(sections=["summary"])


def test_nor_in_what_a_partner_adds_for_other_partners(world: World) -> None:
    """Their own agency, the lead agency and the hub may read it."""
    seat = {"role": "mentor", "by": world.lead_worker}
    for user in (world.teacher, world.volunteer):
        cases.commands.seat(world.place, user, **seat)
    harmed(world.child)
    add = partial(world.contribute, by=world.teacher)
    where = "He sleeps at 1 Sample Street"
    named = {"audience": [], "named": [world.charity]}
    assert refused(lambda: add(text=where, **named)) == {"text": [NEVER_SHARED]}
    assert refused(lambda: add(voice=where, **named)) == {"voice": [NEVER_SHARED]}
    assert refused(lambda: add(text=where, audience=["case team"])) == {"text": [NEVER_SHARED]}
    assert add(text=where, audience=["lead agency", "hub"])
    assert add(text="He sleeps badly", **named)


def test_why_a_share_ended_is_read_by_no_partner(world: World, signed_in: Signed) -> None:
    """They read that it ended: the words are the full record's, and of whoever runs the case."""
    harmed(world.child)
    share = world.share(sections=["chronology"])
    partners.commands.end_share(share, reason="Now at 1 Sample Street", by=world.lead_worker)
    world.share(sections=["chronology"])
    page = signed_in(world.teacher).get(f"/children/{world.child.pk}").content.decode()
    assert f"Sharing with {world.school} ended" in page
    assert "Sample" not in page


@pytest.mark.parametrize("said", ["text", "voice"])
def test_nor_in_what_is_passed_on(world: World, said: str) -> None:
    """Told to the police, who may know, it is read by no other agency."""
    for agency in (world.charity, world.school):
        world.share(agency=agency, sections=["summary", "contributions"])
    harmed(world.child)
    where = {said: "He sleeps at 1 Sample Street"}
    added = world.contribute(by=world.volunteer, audience=["lead agency"], **where)
    send = partial(
        partners.commands.pass_on,
        added,
        agencies=[world.school],
        agreed_by_author=True,
        by=world.lead_worker,
    )
    (refusal,) = refused(send)["agencies"]
    assert refusal.startswith("The address of who was harmed stands in it")


def test_nor_in_the_answer_to_a_partner_s_referral(hub: HubWorld) -> None:
    head = factories.user(Role.OFFICER, agency=factories.agency(AgencyKind.SCHOOL))
    harmed(hub.child)
    made = hub.refer(by=head, contact=factories.contact(hub.child, by=head), children=[hub.child])
    where = "We go to 1 Sample Street"
    assert refused(lambda: hub.accept(made, answer=where)) == {"answer": [NEVER_SHARED]}
    own = hub.refer()
    assert hub.accept(own, answer=where)


@pytest.mark.usefixtures("held_clock")
def test_nor_of_a_contact_that_was_taken_into_the_record_while_it_was_restricted(
    world: World,
) -> None:
    owner, officer = factories.user(Role.SUPERVISOR), factories.user(Role.OFFICER)
    wren = factories.child("Wren", "Hollis", born=private_hits.BORN, sex="F")
    closed = private_hits.hide(wren, owner)
    contact = private_hits.told(officer)
    ContactChild.objects.filter(contact=contact).update(role=ChildRole.VICTIM)
    assert partners.queries.protected_of(wren, viewer=owner) == ()
    private_hits.link(contact, owner)
    cases.commands.lift(closed, why="Over", by=closed.made_by)
    protected = partners.queries.protected_of(wren, viewer=world.lead_worker)
    assert set(protected) == {"1 Sample Street", "NB1 1AA"}


def test_an_address_of_one_contact_is_left_out_of_every_line(world: World) -> None:
    harmed(world.child)
    factories.contact(world.child, by=world.lead_worker, narrative="Seen at 1 Sample Street")
    share = world.share(sections=["chronology"])
    lines = partners.queries.lines_of_share(share, viewer=world.lead_worker)
    assert len(lines) > 1
    assert not [line for line in lines if "Sample" in line.proposal]
