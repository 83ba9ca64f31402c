"""Information governance reviews what was drawn: the queue, one of it, the outcome."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

import accounts.commands
import clock
import oversight.commands
from accounts.models import Role, User
from audit.models import Entry
from oversight.models import DipSample, HomePostcode, Outcome
from tests import factories
from tests.desk.pages import text_of
from tests.oversight.uses import looked

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def governor() -> User:
    return factories.user(Role.INFORMATION_GOVERNANCE, username="ines", name="Ines Inspector")


@pytest.fixture
def olu() -> User:
    return factories.user(Role.OFFICER, username="olu", name="Olu Nettle")


def night() -> None:
    yesterday, by = clock.today() - timedelta(days=1), accounts.commands.system()
    oversight.commands.look_for_patterns(on=yesterday, by=by)
    oversight.commands.draw_dip_sample(on=yesterday, by=by)


@pytest.fixture
def queue(olu: User) -> dict[str, DipSample]:
    """A pattern of Olu's, and a search of his drawn by chance."""
    child = factories.child("Robin", "Nettle")
    looked(olu, child, verb="child", ground="task")
    looked(olu, factories.child("Sam", "Fern"))
    night()
    chance, pattern = DipSample.objects.order_by("pattern")
    if chance.pattern_id:
        chance, pattern = pattern, chance
    return {"chance": chance, "pattern": pattern}


def test_patterns_stand_before_chance_and_no_childs_name_stands_there(
    governor: User, queue: dict[str, DipSample], signed_in: SignedIn
) -> None:
    client = signed_in(governor)
    text = text_of(client.get("/dip-samples"))
    assert "2 wait for a review" in text
    first, second = queue["pattern"].reference, queue["chance"].reference
    assert text.index(f"{first} Own surname Olu Nettle") < text.index(f"{second} By chance")
    pages = [f"/dip-samples/{each.pk}" for each in queue.values()]
    for path in ("/dip-samples", *pages):
        page = client.get(path).content.decode()
        assert "Robin" not in page
        assert "Fern" not in page
    entry = Entry.objects.filter(verb="dip_sample").latest("pk")
    # Who reads who has seen a record must not learn from it who is being looked into.
    assert (entry.persons, entry.ground) == ([], "audit")


def test_one_shows_why_it_is_here_and_its_entries(
    governor: User, queue: dict[str, DipSample], signed_in: SignedIn
) -> None:
    client = signed_in(governor)
    pattern = text_of(client.get(f"/dip-samples/{queue['pattern'].pk}"))
    assert "Children looked at who have the user’s own surname: 1." in pattern
    assert "Opened the record" in pattern
    chance = text_of(client.get(f"/dip-samples/{queue['chance'].pk}"))
    assert "drawn by chance" in chance
    assert "Opened the search" in chance


def test_a_look_through_broken_glass_is_said_to_be_no_chance(
    governor: User, olu: User, signed_in: SignedIn
) -> None:
    looked(olu, factories.child("Sam", "Fern"), verb="child", ground="break-glass, pointer")
    night()
    client, sample = signed_in(governor), DipSample.objects.get()
    assert f"{sample.reference} Broken glass Olu Nettle" in text_of(client.get("/dip-samples"))
    shown = text_of(client.get(f"/dip-samples/{sample.pk}"))
    assert "Every such look is reviewed." in shown
    said = {"outcome": "in order", "words": "A child was missing"}
    after = text_of(client.post(f"/dip-samples/{sample.pk}", said, follow=True))
    assert "By chance 0 0 0 0 Broken glass 1 0 0 0" in after


def test_an_outcome_with_words_is_kept_and_shown(
    governor: User, queue: dict[str, DipSample], signed_in: SignedIn
) -> None:
    client, path = signed_in(governor), f"/dip-samples/{queue['pattern'].pk}"
    said = {"outcome": "learning", "words": "A cousin’s name; <b>asked</b> twice"}
    answer = client.post(path, said, follow=True)
    assert answer.redirect_chain == [("/dip-samples", 302)]
    assert "1 waits for a review" in text_of(answer)
    assert f"You reviewed {queue['pattern'].reference}" in text_of(answer)
    reviewed = text_of(client.get("/dip-samples?show=reviewed"))
    assert "Learning for the team Ines Inspector, 24 November 2026 at 10:30" in reviewed
    page = client.get(path).content.decode()
    assert "A cousin’s name; &lt;b&gt;asked&lt;/b&gt; twice" in page
    assert "<textarea" not in page


def test_own_address_stands_in_the_queue_and_says_no_postcode(
    governor: User, olu: User, signed_in: SignedIn
) -> None:
    victim = factories.child("Sam", "Fern", postcode="NB7 3YH", address="30 Ferry Lane")
    contact = factories.contact(victim, by=factories.user(Role.OFFICER))
    contact.children.update(role="victim")
    oversight.commands.keep_home_postcode(olu, "nb73yh", by=factories.administrator())
    looked(olu, victim, verb="child", ground="task")
    night()
    client, sample = signed_in(governor), DipSample.objects.get()
    queue = client.get("/dip-samples")
    assert f"{sample.reference} Own address Olu Nettle" in text_of(queue)
    shown = client.get(f"/dip-samples/{sample.pk}")
    assert "who have, or had, the user’s own home postcode: 1." in text_of(shown)
    assert f"C-{victim.pk}" in text_of(shown)
    console, file = client.get("/record-of-use"), client.get("/record-of-use.csv")
    assert "Entered a user’s home postcode" in text_of(console)
    hidden = ("NB7 3YH", "NB73YH", "nb73yh", "Ferry Lane", HomePostcode.objects.get().digest)
    for page in (queue, shown, console, file, client.get(f"/children/{victim.pk}/looks")):
        assert page.status_code == 200
        text = b"".join(page).decode()
        assert not [each for each in hidden if each in text]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"words": "Asked"}, "Choose what you found"),
        ({"outcome": "in order"}, "Say what stands behind it"),
        ({"outcome": "nonsense", "words": "x"}, "Choose one of the answers listed"),
    ],
)
def test_what_is_missing_is_said_at_the_field_and_what_was_typed_comes_back(
    governor: User,
    queue: dict[str, DipSample],
    signed_in: SignedIn,
    said: dict[str, str],
    error: str,
) -> None:
    answer = signed_in(governor).post(f"/dip-samples/{queue['chance'].pk}", said)
    assert answer.status_code == 422
    assert error in text_of(answer)
    if "words" in said:
        assert f"{said['words']}</textarea>" in answer.content.decode()
    assert DipSample.objects.filter(reviewed_at=None).count() == 2


def test_who_comes_second_reads_who_was_first(
    governor: User, queue: dict[str, DipSample], signed_in: SignedIn
) -> None:
    other = factories.user(Role.INFORMATION_GOVERNANCE)
    oversight.commands.review_dip_sample(
        queue["chance"], outcome=Outcome.IN_ORDER, words="Asked", by=governor
    )
    answer = signed_in(other).post(
        f"/dip-samples/{queue['chance'].pk}",
        {"outcome": "misuse suspected", "words": "No"},
        follow=True,
    )
    assert "Ines Inspector has already reviewed" in text_of(answer)
    assert DipSample.objects.get(pk=queue["chance"].pk).outcome == "in order"


def test_ones_own_does_not_exist(signed_in: SignedIn) -> None:
    both = factories.user(Role.INFORMATION_GOVERNANCE, Role.OFFICER)
    looked(both, persons=[7])
    night()
    client, sample = signed_in(both), DipSample.objects.get()
    assert "0 wait" in text_of(client.get("/dip-samples"))
    for answer in (
        client.get(f"/dip-samples/{sample.pk}"),
        client.post(f"/dip-samples/{sample.pk}", {"outcome": "in order", "words": "Mine"}),
        client.get("/dip-samples/999999999"),
    ):
        assert answer.status_code == 404
    assert DipSample.objects.get().reviewed_at is None


def test_my_work_says_how_many_wait(
    governor: User, queue: dict[str, DipSample], signed_in: SignedIn
) -> None:
    assert "Dip samples 2 wait for a review" in text_of(signed_in(governor).get("/"))
    with clock.at(clock.now() + timedelta(days=10)):
        assert "2 of them late" in text_of(signed_in(governor).get("/"))


def test_a_long_queue_goes_on_from_page_to_page(
    governor: User, olu: User, signed_in: SignedIn
) -> None:
    for ago in (1, 2):
        for minute in range(20):
            looked(
                olu, persons=[minute + 1], when=clock.now() - timedelta(days=ago, minutes=minute)
            )
        on = clock.today() - timedelta(days=ago)
        oversight.commands.draw_dip_sample(on=on, by=accounts.commands.system())
    client, path, seen = signed_in(governor), "/dip-samples", []
    while path:
        answer = client.get(path)
        seen += [each.pk for each in answer.context["page"].rows]
        path = answer.context["page"].older
    assert len(seen) == len(set(seen)) == 40
