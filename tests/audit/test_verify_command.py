"""What `verify_audit` says beside the chain: who stood still, what is missing, what to do."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

import audit.commands
import clock
import tools.databases
from tests.audit.tampering import Sql, batch, entries, found, seal, use, verify
from tests.conftest import TODAY

pytestmark = pytest.mark.usefixtures("committing", "a_little_later")


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
