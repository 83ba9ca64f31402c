"""Reading children anew, and their history."""

from datetime import date

import pytest
from django.db import transaction

import risk.commands
from audit.models import Entry
from cases.models import Observation, Person
from risk.models import Model, Reading, ReadingHistory
from tests import factories
from tests.risk.commands.children import BORN, figures, history_of, observe


@pytest.mark.django_db
def test_a_reading_is_as_new_as_its_facts(officer):
    child = factories.child(born=BORN)
    observe(child, "EXP01", by=officer)
    observe(child, "EXP08", by=officer)
    child.refresh_from_db()
    row = Reading.objects.get(pk=child.pk)
    assert row.facts_version == child.facts_version == 2
    assert figures(child) == (5.0, 0, 0)
    entry = Entry.objects.filter(verb="read anew").latest("pk")
    assert (entry.persons, entry.username) == ([child.pk], "system")


@pytest.mark.django_db
def test_a_fact_that_is_rolled_back_leaves_no_reading(officer):
    child = factories.child(born=BORN)

    def observe_and_fail() -> None:
        with transaction.atomic():
            observe(child, "EXP01", by=officer)
            assert Reading.objects.filter(pk=child.pk).exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        observe_and_fail()
    assert not Reading.objects.filter(pk=child.pk).exists()
    assert not ReadingHistory.objects.filter(person=child).exists()


@pytest.mark.django_db
def test_without_a_live_model_facts_are_recorded_all_the_same(officer, monkeypatch):
    child = factories.child(born=BORN)
    Model.objects.all().delete()
    observe(child, "EXP01", by=officer)
    assert Observation.objects.filter(person=child).exists()
    assert not Reading.objects.exists()


@pytest.mark.django_db
def test_who_is_read_no_more_loses_the_row_and_keeps_the_history(officer, system):
    child = factories.child(born=BORN)
    observe(child, "EXP01", by=officer)
    Person.objects.filter(pk=child.pk).update(date_of_birth=date(2000, 1, 1))
    assert risk.commands.read_anew([child.pk], by=system) == 1
    assert not Reading.objects.filter(pk=child.pk).exists()
    assert history_of(child) == [2.0]
    assert risk.commands.read_anew([child.pk, 10**9], by=system) == 0


@pytest.mark.django_db
def test_history_gains_a_row_when_a_band_changes_or_a_reading_has_moved_by_1(officer):
    child = factories.child(born=BORN)
    observe(child, "P04", by=officer)  # nothing to lower yet
    assert Reading.objects.get(pk=child.pk).strengths == 2.0
    assert history_of(child) == []  # before its first row everything counts as nothing recorded
    observe(child, "FAM08", by=officer)  # needs help, weak 1 - 0.4: early conversation
    assert history_of(child) == [0.0]
    observe(child, "EXP01", severity=1, by=officer)  # at risk of harm 1.0: early conversation
    assert history_of(child) == [0.0, 1.0]
    observe(child, "EXP01", severity=1, confidence="suspected", by=officer)  # 1.5: coordinated help
    assert history_of(child) == [0.0, 1.0, 1.5]
    observe(child, "EXP01", severity=1, confidence="reported", by=officer)  # 2.25, 0.75 more
    assert history_of(child) == [0.0, 1.0, 1.5]
    observe(child, "EXP04", severity=1, confidence="suspected", by=officer)  # 2.75, 1.25 more
    assert history_of(child) == [0.0, 1.0, 1.5, 2.75]
