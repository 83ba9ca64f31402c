"""Two contacts with the same children, completed at once: neither waits for the other for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

import asking
import cases.commands
from accounts.models import Role, User
from cases.commands import Completion, Noticed
from cases.models import Contact, Indicator, Observation
from tests import factories
from tests.races import PATIENCE, waiting


def complete(contact: Contact, indicator: Indicator, by: User) -> None:
    try:
        cases.commands.complete_contact(
            contact,
            completions=[
                Completion(child, voice="I am fine", noticed=[Noticed(indicator)])
                for child in contact.children.order_by("pk")
            ],
            handling=contact.handling,
            noticed={},
            told_family="yes",
            told_family_why_not="",
            next_step="nothing more",
            by=by,
        )
    finally:
        connections.close_all()


def test_children_in_another_order_do_not_lock_each_other_out(
    committing: None, held_clock: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = factories.child("Ann"), factories.child("Bob")
    one, other = factories.user(Role.OFFICER), factories.user(Role.OFFICER)
    first = factories.contact(ann, bob, by=one)
    second = factories.contact(bob, ann, by=other)
    observe, seen = cases.commands.completing.observe, threading.local()
    in_hand: list[Observation] = []

    def slowly(*given: object, **said: object) -> Observation:
        """With the first child in hand, wait until the other has one too, or may have none."""
        observation = observe(*given, **said)
        if not hasattr(seen, "first"):
            seen.first = observation
            in_hand.append(observation)
            while len(in_hand) < 2 and not waiting():
                pass
        return observation

    monkeypatch.setattr(cases.commands.completing, "observe", slowly)
    indicator = factories.indicator("SCH01")
    with ThreadPoolExecutor(2, initializer=asking.process, initargs=("test",)) as threads:
        for done in [
            threads.submit(complete, first, indicator, one),
            threads.submit(complete, second, indicator, other),
        ]:
            done.result(timeout=PATIENCE)
    assert Observation.objects.count() == 4
