"""Seals that are changed, and a chain rewritten whole or cut short: the anchors tell."""

from datetime import timedelta
from pathlib import Path

import pytest

import audit.commands
import clock
from tests.audit.tampering import (
    MINUTE,
    Sql,
    batch,
    entries,
    entry_constraint,
    found,
    rewrite,
    seal,
    use,
    verify,
)
from tests.conftest import TODAY

pytestmark = pytest.mark.usefixtures("committing", "a_little_later")


def test_an_entry_removed_and_the_places_closed_up_is_named(three_batches: None, sql: Sql) -> None:
    gone, entry = batch(0), entries(batch(0))[1]
    sql("delete from audit_entry where id = %s", entry)
    sql("delete from audit_sealedentry where entry_id = %s", entry)
    sql("update audit_sealedentry set position = position - 1 where position > %s", gone.first + 1)
    sql("update audit_seal set count = 3 where number = %s", gone.number)
    assert found() == [("rewritten", gone.number, None), ("changed", gone.number, None)]


def test_an_entry_changed_with_its_digest_is_found_in_its_batch(
    three_batches: None, sql: Sql
) -> None:
    mine, entry = batch(1), entries(batch(1))[1]
    sql("update audit_entry set verb = 'other' where id = %s", entry)
    kept = mine.batch_hash
    rewrite(sql, mine.number)
    sql("update audit_seal set batch_hash = %s where number = %s", kept, mine.number)
    assert found()[0][:2] == ("rewritten", mine.number)
    assert ("changed", mine.number, None) in found()


def test_a_batch_rewritten_breaks_the_chain_after_it(three_batches: None, sql: Sql) -> None:
    mine, after = batch(1), batch(0)
    sql("update audit_entry set verb = 'other' where id = %s", entries(mine)[1])
    kept = after.chain_hash
    rewrite(sql, mine.number)
    sql("update audit_seal set chain_hash = %s where number = %s", kept, after.number)
    assert found() == [("anchors", mine.number, None), ("rewritten", after.number, None)]


@pytest.mark.parametrize(
    "change",
    [
        "complete = not complete",
        "settled = settled - 1",
        "seen = seen + 1",
        "writing = '{1/2}'",
        "sealed_at = sealed_at + interval '1 second'",
        "sealed_by = 'x'",
    ],
)
def test_a_changed_seal_is_named(three_batches: None, sql: Sql, change: str) -> None:
    sql(f"update audit_seal set {change} where number = %s", batch(1).number)
    assert ("rewritten", batch(1).number, None) in found()


def test_a_form_that_nobody_knows_is_named(three_batches: None, sql: Sql) -> None:
    sql("update audit_seal set form = 99 where number = %s", batch(1).number)
    assert ("changed", batch(1).number, None) in found()


def test_a_removed_batch_is_named(three_batches: None, sql: Sql) -> None:
    gone, after = batch(1), batch(0)
    mine = entries(gone)
    sql("delete from audit_seal where number = %s", gone.number)
    assert found()[0] == ("removed", after.number, None)
    sql("delete from audit_sealedentry where entry_id = any(%s)", mine)
    sql("delete from audit_entry where id = any(%s)", mine)
    assert found() == [("removed", after.number, None)]


def test_a_chain_rewritten_whole_is_found_by_the_anchors_alone(
    three_batches: None, sql: Sql, heads: Path
) -> None:
    sql("update audit_entry set username = 'x' where id = %s", entries(batch(2))[0])
    rewrite(sql, 1)
    assert found() == [("anchors", batch(1).number, None)]
    (finding,) = verify()["findings"]
    assert f"from one of the batches 1 to {batch(1).number} on" in finding["says"]
    heads.write_text("")
    assert ("anchors", batch(1).number, None) in found(), "the file was shortened"
    nothing = heads.with_name("nothing")
    nothing.touch()
    report = verify("--anchors", str(nothing))
    assert report["sound"], "without a head nobody can tell"
    assert "would not be noticed" in report["cautions"][0]


def test_what_was_rewritten_lies_between_two_heads(
    three_batches: None, sql: Sql, heads: Path
) -> None:
    with clock.at(TODAY + timedelta(hours=2)):
        use(), seal()
        audit.commands.anchor(by=None)
        mine = batch(1)
        sql("update audit_entry set username = 'x' where id = %s", entries(mine)[0])
        rewrite(sql, mine.number)
        (finding,) = verify()["findings"]
    assert finding["batch"] == batch(0).number
    assert f"batches {mine.number} to {mine.number + 1} on" in finding["says"]


def test_a_tail_that_was_cut_is_found_by_the_anchors(three_batches: None, sql: Sql) -> None:
    for gone in (batch(0), batch(1)):
        sql("delete from audit_entry where id = any(%s)", entries(gone))
        sql("delete from audit_sealedentry where position >= %s", gone.first)
        sql("delete from audit_seal where number = %s", gone.number)
    report = verify()
    assert [f["what"] for f in report["findings"]] == ["anchors"]
    assert "its end was removed" in report["findings"][0]["says"]
    # And it is still found when the sealer has gone on from there.
    with clock.at(TODAY + timedelta(minutes=5)):
        use(8), seal(4), seal()
        assert found()[0][0] == "anchors"


def test_everything_emptied_is_found_by_the_anchors(three_batches: None, sql: Sql) -> None:
    sql("truncate audit_entry, audit_seal, audit_sealedentry")
    assert [what for what, *_ in found()] == ["anchors"]


def test_a_place_twice_and_a_range_moved_are_named(three_batches: None, sql: Sql) -> None:
    mine, after = batch(1), batch(0)
    sql("update audit_seal set first = first - 1 where number = %s", after.number)
    names = [what for what, *_ in found()]
    assert {"out of order", "rewritten", "removed"} >= set(names[:2])
    assert "out of order" in names
    sql("update audit_seal set first = first + 1 where number = %s", after.number)
    assert found() == []
    sql("alter table audit_sealedentry drop constraint audit_sealedentry_pkey")
    sql("alter table audit_sealedentry drop constraint " + entry_constraint())
    sql(
        "insert into audit_sealedentry select * from audit_sealedentry where position = %s",
        mine.first,
    )
    assert ("put in", mine.number, entries(mine)[0]) in found()


def test_seals_whose_times_run_back_are_named(three_batches: None, sql: Sql) -> None:
    sql(
        "update audit_seal set sealed_at = %s where number = %s",
        TODAY - MINUTE * 9,
        batch(0).number,
    )
    assert ("out of order", batch(0).number, None) in found()
