"""What was refused stands under the child that was asked for, where that can be a child at all."""

import pytest
from django.test import RequestFactory
from django.urls import resolve

from accounts.models import Role
from audit.denied import NotAllowed, NotVisible
from audit.middleware import Requests
from audit.models import Entry, Kind
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.mark.parametrize(
    ("refusal", "persons"),
    [
        (NotVisible("child", 12), [12]),
        (NotVisible("person", "12"), [12]),
        (NotVisible("child", 2**63 - 1), [2**63 - 1]),
        (NotVisible("child", 2**63), []),
        (NotVisible("child", "9" * 5000), []),
        (NotVisible("child", "-1"), []),
        (NotVisible("child", "²"), []),
        (NotVisible("child", "٣"), []),
        (NotVisible("child"), []),
        (NotVisible("contact", 12), []),
        (NotAllowed("12"), []),
    ],
)
def test_a_refusal_is_kept_with_the_child_that_was_asked_for(
    refusal: NotVisible | NotAllowed, persons: list[int]
) -> None:
    request = RequestFactory().get("/children/12")
    request.user = factories.user(Role.OFFICER)
    request.resolver_match = resolve("/children/12")
    Requests(lambda _: pytest.fail("nothing is answered here")).process_exception(request, refusal)
    entry = Entry.objects.get(kind=Kind.DENIED)
    assert (entry.persons, entry.records) == (persons, refusal.about)
