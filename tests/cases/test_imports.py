"""The sample extract, whole: the accounts of both runs, the children, and what a crash leaves."""

import json
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import accounts.commands
import cases.commands
import clock
from accounts.models import Area, Role
from cases.catalogue import DEFAULT_PATH
from cases.matching import finding
from cases.models import (
    ChronologyEvent,
    Contact,
    ContactText,
    Flag,
    Handling,
    Observation,
    Person,
    Prompt,
)
from risk.models import Reading
from tests import factories

SAMPLE = DEFAULT_PATH.parent / "sample_extract"
EXPECTED = json.loads((SAMPLE / "expected.json").read_text())
AREAS = ["NBA1", "NBA2", "NBB1", "NBB2", "NBC1", "NBC2", "NBD1", "NBD2"]


@pytest.fixture
def areas(db: None) -> None:
    Area.objects.bulk_create(Area(code=code, name=code) for code in AREAS)


def imported(path: Path, *flags: str) -> dict[str, object]:
    out = StringIO()
    call_command("import_contacts", str(path), "--json", *flags, stdout=out)
    return json.loads(out.getvalue())


def counts(account: dict[str, object]) -> dict[str, object]:
    return {name: account[name] for name in EXPECTED["first_run"]}


def test_first_and_second_run_account_for_every_row(areas: None) -> None:
    dry = imported(SAMPLE / "contacts.csv", "--dry-run")
    assert not Contact.objects.exists()
    first = imported(SAMPLE / "contacts.csv")
    assert counts(first) == counts(dry) == EXPECTED["first_run"]
    assert set(first) == {*EXPECTED["first_run"], "refusals"}
    assert len(first["refusals"]) == first["refused"]
    assert all(set(r) == {"line", "field", "reason"} and r["reason"] for r in first["refusals"])
    people = Person.objects.count()
    assert counts(imported(SAMPLE / "contacts.csv")) == EXPECTED["second_run"]
    assert Person.objects.count() == people
    assert Contact.objects.count() == EXPECTED["first_run"]["accepted"]
    assert Prompt.objects.exists()
    assert not Observation.objects.exists()


HEADER = (SAMPLE / "contacts.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def row(
    ref: str, narrative: str = "text", surname: str = "Example", forenames: str = "Robin"
) -> str:
    return (
        f"{ref},19/11/2026 11:47,2026-11-19 12:11,1,Other,NBA1,Place,,{surname},{forenames},2015-11-01,F,"
        f"A1,1 Sample Street,NB3 1HP,{narrative},neglect,clear aspiration,SHARE"
    )


def take(*rows: str, **options: object) -> cases.commands.Account:
    file = BytesIO("\n".join([HEADER, *rows]).encode())
    return cases.commands.import_contacts(file, by=accounts.commands.system(), **options)


def test_a_newer_text_is_an_amendment_and_the_older_is_kept(areas: None) -> None:
    take(row("NBP-1", "first"))
    account = take(row("NBP-1", "second"), row("NBP-1", "first"))
    assert (account.amended, account.unchanged) == (1, 1)
    contact = Contact.objects.get()
    assert contact.narrative == "second"
    assert set(ContactText.objects.values_list("narrative", flat=True)) == {"first", "second"}


def test_a_later_file_finds_the_child_of_an_earlier_one(areas: None) -> None:
    take(row("NBP-1"))
    take(row("NBP-2"))
    assert Person.objects.count() == 1


def test_twins_are_never_one(areas: None) -> None:
    take(
        row("NBP-1", forenames="Ella"),
        row("NBP-2", forenames="Ellie"),
        row("NBP-3", forenames="Ella"),
    )
    assert sorted(Person.objects.values_list("forenames", flat=True)) == ["Ella", "Ellie"]


def test_killed_in_the_middle_nothing_is_taken(
    areas: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cases.commands.imports.climb", killed)
    with pytest.raises(KeyboardInterrupt):
        take(row("NBP-1"))
    assert not Contact.objects.exists()
    assert not Person.objects.exists()


def test_the_demo_moves_every_date(areas: None) -> None:
    take(row("NBP-1"), moved_by=timedelta(days=3))
    assert Person.objects.get().date_of_birth == date(2015, 11, 4)
    assert clock.london_date(Contact.objects.get().occurred_at) == date(2026, 11, 22)


def test_a_file_that_is_no_extract_is_refused_as_a_whole(areas: None, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("name,age\nRobin,12\n")
    with pytest.raises(CommandError, match="as a whole"):
        imported(bad)
    with pytest.raises(CommandError, match="cannot be read"):
        imported(tmp_path / "missing.csv")
    assert not Contact.objects.exists()


def test_an_amendment_tightens_the_handling_and_brings_its_new_words(areas: None) -> None:
    take(row("NBP-1", "first"))
    contact, officer = Contact.objects.get(), factories.user(Role.OFFICER)
    word = contact.prompts.get(word="neglect")
    cases.commands.confirm_prompt(
        word, indicator=factories.indicator("FAM01"), by=factories.user(Role.SUPERVISOR)
    )
    cases.commands.raise_flag(word.person, "Not safe", contact=contact, by=officer)
    tables = (Observation, Flag, ChronologyEvent)
    for table in tables:
        assert set(table.objects.values_list("police_only", flat=True)) == {False}
    secret = row("NBP-1", "an informant said").replace("SHARE", "POLICE ONLY")
    account = take(secret.replace("neglect", "neglect;exploitation"))
    assert account.amended == 1
    contact.refresh_from_db()
    assert contact.handling == Handling.POLICE_ONLY
    for table in tables:
        assert set(table.objects.values_list("police_only", flat=True)) == {True}
    words = Prompt.objects.values_list("word", "state")
    assert set(words) == {
        ("neglect", "confirmed"), ("clear aspiration", "waiting"), ("exploitation", "waiting"),
    }  # fmt: skip
    assert contact.prompts.get(word="exploitation").is_grave


def test_an_amendment_never_loosens_the_handling(areas: None) -> None:
    take(row("NBP-1", "first").replace("SHARE", "POLICE ONLY"))
    take(row("NBP-1", "second"))
    assert Contact.objects.get().handling == Handling.POLICE_ONLY
    assert ChronologyEvent.objects.get().police_only


def test_what_is_written_meanwhile_is_not_undone(
    areas: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(row("NBP-1").replace(",F,", ",U,"))
    decide = finding.decide

    def meanwhile(*given: object) -> object:
        """Somebody else writes while the import has read the record already."""
        Person.objects.update(date_of_birth=date(2014, 1, 1), ethnicity="A1", facts_version=7)
        return decide(*given)

    monkeypatch.setattr(finding, "decide", meanwhile)
    take(row("NBP-2"))
    child = Person.objects.get()
    assert (child.sex, child.ethnicity, child.facts_version) == ("F", "A1", 7)
    assert child.date_of_birth == date(2014, 1, 1)


def test_a_birth_date_that_is_filled_reads_the_child_anew(
    areas: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(row("NBP-1").replace("2015-11-01", ""))
    child = Person.objects.get()
    cases.commands.observe(
        child, factories.indicator("SCH01"), observed_on=clock.today(), source="form",
        by=factories.user(Role.OFFICER),
    )  # fmt: skip
    before = Person.objects.get().facts_version
    # However sure the match must be to come to this.
    monkeypatch.setattr(finding, "decide", lambda *_: finding.Decision(0, None, ()))
    take(row("NBP-2"))
    child = Person.objects.get()
    assert child.date_of_birth == date(2015, 11, 1)
    assert child.facts_version == before + 1
    assert Reading.objects.get(person=child).facts_version == before + 1
