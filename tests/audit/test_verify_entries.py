"""Whoever owns the database may change, remove and put in entries, and `verify_audit` names them."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

import clock
from audit import canonical, sealing
from tests.audit.tampering import (
    MINUTE,
    PLANT,
    Sql,
    batch,
    entries,
    found,
    seal,
    unique_index,
    use,
    verify,
)
from tests.conftest import TODAY

pytestmark = pytest.mark.usefixtures("committing", "a_little_later")


def test_what_nobody_touched_is_sound(three_batches: None, heads: Path) -> None:
    use(1)
    report = verify()
    last = batch(0)
    assert report["sound"] is True
    assert report["findings"] == report["cautions"] == []
    assert (report["batches"], report["entries"]) == (last.number, last.last)
    assert (report["head"], report["unsealed"]) == (last.chain_hash, 1)
    assert (report["anchors"], report["matched"]) == (1, last.number - 1)


def test_a_portal_that_has_sealed_nothing_is_sound(heads: Path) -> None:
    assert verify()["batches"] == 0


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'other'",
        "at = at - interval '1 second'",
        "username = 'x'",
        "user_id = 1",
        "agency = 'x'",
        "persons = '{}'",
        "records = '{\"contact\": 1}'",
        "sections = '{plan}'",
        "ground = 'hub'",
        "reason = 'x'",
        "request_id = gen_random_uuid()",
        "address = '10.0.0.1'",
        "kind = 'denied'",
        "at = 'infinity'",
    ],
)
def test_a_changed_entry_is_named(three_batches: None, sql: Sql, change: str) -> None:
    entry = entries(batch(1))[2]
    sql(f"update audit_entry set {change} where id = %s", entry)
    assert found()[0] == ("changed", batch(1).number, entry)


def test_a_change_back_is_no_change(three_batches: None, sql: Sql) -> None:
    entry = entries(batch(1))[2]
    sql("update audit_entry set verb = 'other' where id = %s", entry)
    sql("update audit_entry set verb = 'look' where id = %s", entry)
    assert found() == []


def test_a_removed_entry_is_named(three_batches: None, sql: Sql) -> None:
    entry = entries(batch(1))[0]
    sql("delete from audit_entry where id = %s", entry)
    assert found() == [("removed", batch(1).number, entry)]


def test_an_entry_removed_with_its_place_is_named(three_batches: None, sql: Sql) -> None:
    gone, entry = batch(1), entries(batch(1))[1]
    sql("delete from audit_entry where id = %s", entry)
    sql("delete from audit_sealedentry where entry_id = %s", entry)
    report = verify()["findings"]
    assert [(f["what"], f["batch"], f["position"]) for f in report] == [
        ("removed", gone.number, gone.first + 1)
    ]


def test_places_beyond_the_last_batch_are_named(three_batches: None, sql: Sql) -> None:
    last = batch(0)
    mine = entries(last)
    sql("delete from audit_seal where number = %s", last.number)
    assert found()[:4] == [("put in", None, entry) for entry in mine]


def test_an_entry_put_in_with_an_old_number_is_named(three_batches: None, sql: Sql) -> None:
    with transaction.atomic():
        (rolled_back,) = use()
        transaction.set_rollback(True)
    for minute in (4, 5):
        with clock.at(TODAY + minute * MINUTE):
            use(), seal()
    assert batch(0).settled > rolled_back.pk
    sql(PLANT, rolled_back.pk, TODAY)
    seal()
    assert found() == [("put in", None, rolled_back.pk)]


def test_an_old_number_that_somebody_helped_into_a_batch_is_named(
    three_batches: None, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        (rolled_back,) = use()
        transaction.set_rollback(True)
    for minute in (4, 5):
        with clock.at(TODAY + minute * MINUTE):
            use(), seal()
    with clock.at(TODAY + 6 * MINUTE):
        sql(PLANT, rolled_back.pk, clock.now())
        settled = batch(0).settled
        monkeypatch.setattr(sealing, "_look", lambda: sealing.Run(settled, [], settled, 0))
        seal()
        assert found() == [("put in", batch(0).number, rolled_back.pk)]


@pytest.mark.parametrize(
    ("moved", "what"),
    [
        (-timedelta(days=9), "late"),
        (-timedelta(minutes=62), "late"),
        (-timedelta(minutes=50), ""),
        (timedelta(minutes=4), ""),
        (timedelta(minutes=6), "late"),
    ],
)
def test_an_entry_put_in_with_a_false_date_is_named_once_sealed(
    three_batches: None, sql: Sql, moved: timedelta, what: str
) -> None:
    now = TODAY + 4 * MINUTE
    sql(PLANT, 10**9, now + moved)
    with clock.at(now):
        seal()
        assert found() == ([(what, batch(0).number, 10**9)] if what else [])


def test_an_entry_put_into_a_sealed_batch_is_named(three_batches: None, sql: Sql) -> None:
    mine, replaced = batch(1), entries(batch(1))[1]
    sql(PLANT, 10**9, TODAY + 2 * MINUTE)
    sql("update audit_sealedentry set entry_id = %s where entry_id = %s", 10**9, replaced)
    assert found() == [("changed", mine.number, 10**9), ("put in", None, replaced)]


def test_entries_sealed_twice_are_named(three_batches: None, sql: Sql) -> None:
    mine, (one, other, *_) = batch(1), entries(batch(1))
    sql("drop index " + unique_index())
    sql(
        "update audit_sealedentry set entry_id = %s, digest = (select digest from audit_sealedentry "
        "where entry_id = %s) where entry_id = %s",
        *(one, one, other),
    )
    names = found()
    assert names[0] == ("changed", mine.number, None)
    assert ("put in", None, one) in names


def test_all_that_is_found_is_counted_and_the_first_are_shown(
    three_batches: None, sql: Sql
) -> None:
    with clock.at(TODAY + 4 * MINUTE):
        use(30), seal()
    sql("update audit_entry set verb = 'x'")
    report = verify()
    assert report["found"] == report["entries"]
    assert len(report["findings"]) == 20
    assert report["findings"][0]["position"] == 1


def test_small_reads_find_the_same(
    three_batches: None, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.verifying.ROWS", 1)
    monkeypatch.setattr("audit.verifying.SEALS", 1)
    assert found() == []
    entry = entries(batch(1))[2]
    sql("delete from audit_entry where id = %s", entry)
    assert found() == [("removed", batch(1).number, entry)]


def test_old_batches_verify_in_the_form_that_they_were_sealed_in(
    three_batches: None, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(canonical.FORMS, 2, (*canonical.FORMS[1], "client"))
    monkeypatch.setattr(canonical, "FORM", 2)
    sql("alter table audit_entry add column client varchar(80) not null default ''")
    with clock.at(TODAY + 4 * MINUTE):
        (entry,) = use()
        seal()
        assert batch(0).form == 2
        assert found() == []
        sql("update audit_entry set client = 'x' where id = %s", entry.pk)
        assert found() == [("changed", batch(0).number, entry.pk)]


def test_a_place_that_leads_to_no_entry_is_named(three_batches: None, sql: Sql) -> None:
    first = batch(1).first
    sql("alter table audit_sealedentry alter entry_id drop not null")
    sql("update audit_sealedentry set entry_id = null, digest = '' where position = %s", first)
    assert found()[0] == ("removed", batch(1).number, 0)
