"""Whoever owns the database may change anything, and `verify_audit` names it."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

import audit.commands
import clock
import tools.databases
from audit import canonical, sealing
from audit.models import Entry, Kind, Seal, SealedEntry

pytestmark = pytest.mark.usefixtures("committing", "a_little_later")

Sql = Callable[..., None]
MINUTE = timedelta(minutes=1)
# After what a fresh portal holds, which is as old as the tests' database.
TODAY = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)


@pytest.fixture
def a_little_later() -> Iterator[None]:
    with clock.at(TODAY):
        yield


def use(count: int = 1, **said: object) -> list[Entry]:
    with transaction.atomic():
        return [
            audit.commands.record(Kind.CONSULTATION, "look", persons=[7], by=None, **said)
            for _ in range(count)
        ]


def seal(limit: int = 1000) -> None:
    audit.commands.seal(limit=limit, by=None)


@pytest.fixture
def heads(tmp_path: Path, settings: Settings) -> Path:
    """The file of anchors that the setting names."""
    file = tmp_path / "heads.jsonl"
    settings.AUDIT_ANCHORS = [file.as_uri()]
    return file


@pytest.fixture
def three_batches(heads: Path) -> None:
    """Batches of 4, a minute apart, after what a fresh portal holds; the second one is anchored."""
    seal()
    for minute in (1, 2, 3):
        with clock.at(TODAY + minute * MINUTE):
            use(4)
            seal()
            if minute == 2:
                audit.commands.anchor(by=None)


@pytest.fixture
def sql() -> Iterator[Sql]:
    """As the tables' owner with all triggers off; they are on again before anybody looks."""
    owner = tools.databases.owner(connection.settings_dict["NAME"])
    tables = ("audit_entry", "audit_seal", "audit_sealedentry")

    def run(statement: str, *said: object) -> None:
        with owner.cursor() as cursor:
            for table in tables:
                cursor.execute(f"alter table {table} disable trigger user")
            cursor.execute(statement, said)
            for table in tables:
                cursor.execute(f"alter table {table} enable trigger user")

    yield run
    owner.close()


def verify(*arguments: str) -> dict[str, object]:
    """The report as JSON; the exit code goes with what it says."""
    said, code = io.StringIO(), 0
    try:
        call_command("verify_audit", "--json", *arguments, stdout=said)
    except SystemExit as ended:
        code = ended.code
    report = json.loads(said.getvalue())
    assert code == (0 if report["sound"] else 1)
    return report


def found(*arguments: str) -> list[tuple[str, int | None, int | None]]:
    """What is named: what, which batch, which entry."""
    return [(f["what"], f["batch"], f["entry"]) for f in verify(*arguments)["findings"]]


def batch(number_from_the_end: int) -> Seal:
    return Seal.objects.order_by("-number")[number_from_the_end]


def entries(seal: Seal) -> list[int]:
    covered = SealedEntry.objects.filter(position__range=(seal.first, seal.last))
    return list(covered.order_by("position").values_list("entry_id", flat=True))


def rewrite(sql: Sql, since: int) -> None:
    """All seals from a batch on are made anew over what is there now, so that everything fits."""
    before = Seal.objects.filter(number=since - 1).first()
    chain = before.chain_hash if before else canonical.GENESIS
    for each in Seal.objects.filter(number__gte=since).order_by("number"):
        batch_digests = b""
        for place in SealedEntry.objects.filter(position__range=(each.first, each.last)).order_by(
            "position"
        ):
            lines = sealing.Lines()
            with transaction.atomic(), connection.cursor() as cursor:
                canonical.pin(cursor)
                columns = canonical.columns(each.form)
                select = f"select {columns} from audit_entry e where e.id = {place.entry_id}"
                canonical.read(cursor, select, lines)
            digest = lines.digests[0]
            sql(
                "update audit_sealedentry set digest = %s where position = %s",
                digest,
                place.position,
            )
            batch_digests += digest
        each.batch_hash = sha256(batch_digests).hexdigest()
        chain = canonical.chain_hash(each, after=chain)
        sql(
            "update audit_seal set batch_hash = %s, chain_hash = %s where number = %s",
            *(each.batch_hash, chain, each.number),
        )


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


PLANT = """
insert into audit_entry (id, at, kind, verb, username, agency, persons, records, sections, ground, reason)
overriding system value
values (%s, %s, 'consultation', 'x', '', '', '{}', '{}', '{}', '', '')
"""


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
    sql("drop index " + _unique_index())
    sql(
        "update audit_sealedentry set entry_id = %s, digest = (select digest from audit_sealedentry "
        "where entry_id = %s) where entry_id = %s",
        *(one, one, other),
    )
    names = found()
    assert names[0] == ("changed", mine.number, None)
    assert ("put in", None, one) in names


def _unique_index() -> str:
    owner = tools.databases.owner(connection.settings_dict["NAME"])
    with owner.cursor() as cursor:
        cursor.execute(
            "select conname from pg_constraint where conrelid = 'audit_sealedentry'::regclass "
            "and contype = 'u'"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f"alter table audit_sealedentry drop constraint {name}")
        cursor.execute(f"create index {name} on audit_sealedentry (entry_id)")
    owner.close()
    return name


def test_a_place_twice_and_a_range_moved_are_named(three_batches: None, sql: Sql) -> None:
    mine, after = batch(1), batch(0)
    sql("update audit_seal set first = first - 1 where number = %s", after.number)
    names = [what for what, *_ in found()]
    assert {"out of order", "rewritten", "removed"} >= set(names[:2])
    assert "out of order" in names
    sql("update audit_seal set first = first + 1 where number = %s", after.number)
    assert found() == []
    sql("alter table audit_sealedentry drop constraint audit_sealedentry_pkey")
    sql("alter table audit_sealedentry drop constraint " + _entry_constraint())
    sql(
        "insert into audit_sealedentry select * from audit_sealedentry where position = %s",
        mine.first,
    )
    assert ("put in", mine.number, entries(mine)[0]) in found()


def _entry_constraint() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "select conname from pg_constraint where conrelid = 'audit_sealedentry'::regclass "
            "and contype = 'u'"
        )
        return cursor.fetchone()[0]


def test_seals_whose_times_run_back_are_named(three_batches: None, sql: Sql) -> None:
    sql(
        "update audit_seal set sealed_at = %s where number = %s",
        TODAY - MINUTE * 9,
        batch(0).number,
    )
    assert ("out of order", batch(0).number, None) in found()


def test_a_sealer_that_stood_still_is_told(three_batches: None) -> None:
    (waiting,) = use()
    with clock.at(TODAY + timedelta(minutes=10)):
        assert found() == []
    with clock.at(TODAY + timedelta(minutes=11)):
        assert found() == [("unsealed", None, waiting.pk)]
        # Once it runs again all is well: nobody was sealed while it stood.
        seal()
        assert found() == []


def test_after_a_night_without_a_sealer_its_batches_are_not_called_late(
    three_batches: None,
) -> None:
    use(7)
    with clock.at(TODAY + timedelta(hours=9)):
        seal(limit=2)
        audit.commands.anchor(by=None)
        assert found() == []


def test_guards_that_are_off_are_told(three_batches: None, sql: Sql) -> None:
    sql("drop trigger audit_seal_row on audit_seal")
    owner = tools.databases.owner(connection.settings_dict["NAME"])
    with owner.cursor() as cursor:
        cursor.execute("alter table audit_entry disable trigger audit_entry_all")
    owner.close()
    says = [f["says"] for f in verify()["findings"]]
    assert [("audit_entry" in each, "audit_seal " in each) for each in says] == [
        (True, False),
        (False, True),
    ]


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


def test_words_say_what_is_wrong_and_what_to_do(three_batches: None, sql: Sql, heads: Path) -> None:
    said = io.StringIO()
    call_command("verify_audit", stdout=said)
    assert "All is as it was sealed." in said.getvalue()
    assert f"the chain holds those up to batch {batch(1).number}" in said.getvalue()
    entry = entries(batch(1))[2]
    sql("update audit_entry set verb = 'other' where id = %s", entry)
    said = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", "--anchors", str(heads), stdout=said)
    assert ended.value.code == 1
    assert f"- Entry {entry} (place {batch(1).first + 2}, batch {batch(1).number}) was changed" in (
        said.getvalue()
    )
    assert "What to do: repair nothing." in said.getvalue()


def test_a_file_of_heads_that_is_gone_is_told(three_batches: None, heads: Path) -> None:
    heads.unlink()
    report = verify()
    assert [f["says"].endswith("or somebody shortened it.") for f in report["findings"]] == [True]
    assert len(report["cautions"]) == 1


@pytest.mark.parametrize(
    "column",
    ["audit_sealedentry rename digest", "audit_seal rename count", "audit_entry rename verb"],
)
def test_a_record_that_cannot_be_read_is_not_called_sound(
    three_batches: None, sql: Sql, column: str
) -> None:
    sql(f"alter table {column} to other")
    with pytest.raises(CommandError, match="could not be read") as refused:
        call_command("verify_audit", stdout=io.StringIO())
    assert refused.value.returncode == 2


def test_a_place_that_leads_to_no_entry_is_named(three_batches: None, sql: Sql) -> None:
    first = batch(1).first
    sql("alter table audit_sealedentry alter entry_id drop not null")
    sql("update audit_sealedentry set entry_id = null, digest = '' where position = %s", first)
    assert found()[0] == ("removed", batch(1).number, 0)


def test_a_file_that_holds_no_heads_is_refused(three_batches: None, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    with pytest.raises(CommandError) as refused:
        verify("--anchors", str(bad))
    assert refused.value.returncode == 2
    bad.write_text("nonsense\n")
    with pytest.raises(CommandError, match="holds no head of the chain"):
        verify("--anchors", str(bad))


def test_a_note_between_the_heads_is_left_out(
    three_batches: None, heads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heads.write_text(f"A backup was restored.\n\n{heads.read_text()}")
    assert verify()["anchors"] == 1
    assert "line 1: no head of the chain, left out." in capsys.readouterr().err
