"""A home postcode is kept as a digest that nobody is shown: entered, replaced, taken out, told of."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

import accounts.commands
import asking
import clock
import oversight.commands
import oversight.queries
from accounts.models import Agency, AgencyKind, Notification, Role, User
from audit.denied import NotAllowed
from audit.models import Entry
from cases.matching import postcode_key
from oversight.models import HomePostcode
from tests import factories
from tests.races import at_once

HOME, OTHER = "NB7 3YH", "NB2 9ZZ"
ROLES = [role for role in Role if role != Role.ADMINISTRATOR]


@pytest.fixture
def olu(held_clock: object, db: None) -> User:
    return factories.user(Role.OFFICER, username="olu")


@pytest.fixture
def admin(held_clock: object, db: None) -> User:
    return factories.administrator()


def keep(user: User, postcode: str, *, by: User) -> None:
    oversight.commands.keep_home_postcode(user, postcode, by=by)


def test_a_digest_is_kept_and_the_postcode_nowhere(olu: User, admin: User) -> None:
    keep(olu, "nb7  3yh", by=admin)
    kept = HomePostcode.objects.get()
    assert (kept.user, kept.kept_at, len(kept.digest)) == (olu, clock.now(), 64)
    assert kept.is_at("NB73YH")
    assert not kept.is_at("NB29ZZ")
    written = [str(HomePostcode.objects.values().get()), str(list(Entry.objects.values()))]
    written.append(str(list(Notification.objects.values())))
    for text in written:
        assert "NB7" not in text.upper()
    assert kept.digest not in "".join(written[1:])
    entry = Entry.objects.get(verb="keep home postcode")
    assert (entry.username, entry.kind) == ("administrator", "collection")
    assert entry.records == {"user": olu.pk}


postcodes = st.from_regex(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}", fullmatch=True)


@given(postcodes, postcodes, st.integers(1, 9), st.integers(1, 9))
def test_digests_agree_for_one_user_and_one_postcode_alone(
    one: str, other: str, user: int, another: int
) -> None:
    same = (user, one) == (another, other)
    assert (HomePostcode.digest_of(user, one) == HomePostcode.digest_of(another, other)) is same
    written = f"{one[:-3].lower()} {one[-3:]}"
    home = HomePostcode(user_id=user, digest=HomePostcode.digest_of(user, postcode_key(written)))
    assert home.is_at(one)


def test_without_the_key_a_digest_cannot_be_made(olu: User, admin: User, settings: object) -> None:
    keep(olu, HOME, by=admin)
    settings.SECRET_KEY = "another key " * 5
    assert not HomePostcode.objects.get().is_at("NB73YH")


def test_a_guess_does_and_says_the_same_whether_it_is_right_or_wrong(
    olu: User, admin: User
) -> None:
    """Nobody who enters a postcode learns which one stood there."""
    mia = factories.user(Role.OFFICER, username="mia")
    for user in (olu, mia):
        keep(user, HOME, by=admin)
    last = Entry.objects.latest("pk").pk
    assert keep(olu, HOME, by=admin) is keep(mia, OTHER, by=admin) is None
    said = Entry.objects.filter(pk__gt=last).order_by("pk")
    assert [entry.verb for entry in said] == ["keep home postcode", "notify"] * 2
    # What they leave differs in whom it is of alone.
    lines = Notification.objects.order_by("user").values("text", "url", "at", "seen_at")
    assert lines[0] == lines[1]
    assert oversight.queries.home_postcode_kept_at(olu, viewer=admin) == clock.now()
    assert oversight.queries.home_postcode_kept_at(mia, viewer=admin) == clock.now()


def test_who_lives_there_is_told_of_it_and_of_its_end(olu: User, admin: User) -> None:
    oversight.commands.remove_home_postcode(olu, by=admin)
    assert not Notification.objects.exists()
    keep(olu, HOME, by=admin)
    oversight.commands.remove_home_postcode(olu, by=admin)
    oversight.commands.remove_home_postcode(olu, by=admin)
    assert not HomePostcode.objects.exists()
    assert [line.user for line in Notification.objects.all()] == [olu, olu]
    entry = Entry.objects.get(verb="remove home postcode")
    assert (entry.kind, entry.records) == ("erasure", {"user": olu.pk})


@pytest.mark.parametrize("wrong", ["", "NB7", "NB7 3Y", "12 Quay Row", "NB7 3YH NB7 3YH"])
def test_what_is_no_whole_postcode_is_refused_and_what_was_kept_stays(
    olu: User, admin: User, wrong: str
) -> None:
    keep(olu, HOME, by=admin)
    with pytest.raises(ValidationError) as refused:
        keep(olu, wrong, by=admin)
    assert set(refused.value.error_dict) == {"postcode"}
    assert HomePostcode.objects.get().is_at("NB73YH")


@pytest.mark.parametrize("role", ROLES)
def test_nobody_but_an_administrator_enters_it_takes_it_out_or_asks_for_it(
    olu: User, admin: User, role: Role
) -> None:
    keep(olu, HOME, by=admin)
    for act in everything(olu, by=factories.user(role)):
        with pytest.raises(NotAllowed):
            act()
    # Their own neither.
    for act in everything(olu, by=olu):
        with pytest.raises(NotAllowed):
            act()
    assert HomePostcode.objects.get().is_at("NB73YH")


def everything(user: User, *, by: User) -> list[Callable[[], object]]:
    return [
        lambda: keep(user, OTHER, by=by),
        lambda: oversight.commands.remove_home_postcode(user, by=by),
        lambda: oversight.queries.home_postcode_kept_at(user, viewer=by),
    ]


def test_an_administrator_of_another_agency_reaches_nobody_here(olu: User, admin: User) -> None:
    school: Agency = factories.agency(AgencyKind.SCHOOL)
    head = factories.user(Role.ADMINISTRATOR, agency=school)
    teacher = factories.user(Role.PARTNER_PRACTITIONER, agency=school)
    for act in everything(olu, by=head):
        with pytest.raises(NotAllowed):
            act()
    keep(teacher, HOME, by=head)
    keep(teacher, OTHER, by=admin)
    assert HomePostcode.objects.get().is_at("NB29ZZ")


def test_no_administrator_enters_or_ends_their_own(admin: User) -> None:
    other = factories.user(Role.ADMINISTRATOR)
    keep(admin, HOME, by=other)
    with pytest.raises(ValidationError, match="another administrator"):
        keep(admin, OTHER, by=admin)
    with pytest.raises(ValidationError, match="another administrator"):
        oversight.commands.remove_home_postcode(admin, by=admin)
    assert HomePostcode.objects.get().is_at("NB73YH")


def test_for_who_has_left_none_is_kept_any_more(olu: User, admin: User) -> None:
    accounts.commands.leave_agency(olu, by=admin)
    with pytest.raises(ValidationError, match="works here no more"):
        keep(olu, HOME, by=admin)
    assert not HomePostcode.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_the_database_shows_no_digest_to_anybody_who_asks(
    olu: User, admin: User, role: Role
) -> None:
    viewer = admin if role == Role.ADMINISTRATOR else factories.user(role)
    keep(olu, HOME, by=admin)
    for each in (viewer, olu):
        with asking.viewer(each.pk):
            assert not HomePostcode.objects.exists()
            assert not HomePostcode.objects.filter(user=each).update(digest="")
    assert HomePostcode.objects.get().digest


def test_the_portal_alone_forgets(olu: User, admin: User) -> None:
    for by in (olu, admin):
        with pytest.raises(NotAllowed):
            oversight.commands.forget_home_postcodes(by=by)


@pytest.mark.usefixtures("committing", "held_clock")
def test_two_at_once_leave_one_digest() -> None:
    first, second = factories.administrator(), factories.user(Role.ADMINISTRATOR)
    olu = factories.user(Role.OFFICER)
    answers = at_once(
        User.objects.filter(pk=olu.pk),
        lambda: keep(olu, HOME, by=first),
        lambda: keep(olu, OTHER, by=second),
    )
    assert answers == [None, None]
    assert HomePostcode.objects.filter(user=olu).count() == 1
    assert Entry.objects.filter(verb="keep home postcode").count() == 2
