"""What must not be sent, and to whom not."""

import pytest

from cases.models import Handling
from partners.models import NoticeKind, not_to_be_sent
from tests import factories
from tests.partners.conftest import World
from tests.partners.notices.sending import abuse, refused, send


def test_a_contact_marked_police_only_never_crosses(world: World) -> None:
    contact = abuse(world, handling=Handling.POLICE_ONLY)
    errors = refused(lambda: send(world, contact=contact))
    assert errors == {
        "contact": [
            "Choose another contact: a contact marked police only never crosses to a partner."
        ]
    }


def test_a_child_who_was_not_in_the_contact(world: World) -> None:
    contact = abuse(world, world.sibling)
    assert refused(lambda: send(world, contact=contact)) == {
        "child": ["Choose a child who was in this contact."]
    }


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (NoticeKind.HEALTH, "Choose a health agency to receive this notice."),
        (NoticeKind.CHILDRENS_SERVICES, "Choose children’s services to receive this notice."),
    ],
)
def test_each_kind_goes_to_its_own(world: World, kind: str, field: str) -> None:
    assert refused(lambda: send(world, kind=kind)) == {"agency": [field]}


def test_the_lead_agency_is_no_receiver(world: World) -> None:
    errors = refused(lambda: send(world, kind=NoticeKind.OTHER, agency=world.police))
    assert errors == {"agency": ["Choose a partner to receive this notice."]}


def test_safe_to_tell_is_read_first(world: World) -> None:
    safe = factories.safe_to_tell(world.child, "Never by letter")
    assert refused(lambda: send(world)) == {
        "safe_to_tell_read": ["Read who may be told, and how, before you send anything."]
    }
    assert send(world, safe_to_tell_read=safe.pk).pk


def test_an_agency_that_must_not_be_told_is_sent_nothing(world: World) -> None:
    safe = factories.safe_to_tell(world.child, agencies=(world.school,))
    errors = refused(lambda: send(world, safe_to_tell_read=safe.pk))
    assert errors == {
        "agency": [f"Safe to tell says that {world.school} must not be told: choose another."]
    }


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("", "Write what the receiver"),
        ("He said: Shouting heard from the street again", "words of your own"),
        ("Robin and Sam were upstairs", "Sam was in this contact too"),
        ("ROBIN AND SAM WERE UPSTAIRS", "Sam was in this contact too"),
        ("At 1 Sample Street", "addresses"),
        ("They live in nb1 1aa now", "addresses"),
        ("At 27 Mill  Lane, upstairs", "addresses"),
        ("Robin was at home, and the same as ever", ""),
        ("It was sampled by somebody", ""),
    ],
)
def test_what_must_not_stand_in_the_words(world: World, content: str, wrong: str) -> None:
    contact = abuse(
        world, world.child, world.sibling, narrative="Shouting heard from the street again"
    )
    contact.location = "27 Mill Lane, Northbridge"
    found = not_to_be_sent(content, world.child, contact)
    assert (wrong in found) if wrong else found == ""
