"""What the reader of a police extract takes, refuses and says: on the sample and on worse files."""

import csv
import io
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cases
from cases import extract
from cases.extract import COLUMNS, Refusal, Row

SAMPLE = Path(cases.__file__).parent / "data" / "sample_extract"
EXPECTED = json.loads((SAMPLE / "expected.json").read_text())
TODAY = date(2026, 11, 20)
AREAS = {f"NB{letter}{number}" for letter in "ABCD" for number in "12"}

SOUND = {
    "contact_ref": "NBP-1",
    "occurred_at": "19/11/2026 11:47",
    "recorded_at": "2026-11-19 12:11",
    "officer_collar": "1497",
    "contact_type": "Other",
    "area_code": "NBA1",
    "location": "Mill Road, Northbridge",
    "crime_ref": "",
    "surname": "Shaw",
    "forenames": "Ella",
    "dob": "19/07/2013",
    "sex": "F",
    "self_defined_ethnicity": "W1",
    "address": "12 Mill Road",
    "postcode": "NB3 1HP",
    "narrative": "seen at the bus stop",
    "indicators": "neglect",
    "strengths": "clear aspiration",
    "handling": "SHARE",
}


def text_of(*changes, columns=COLUMNS, ending="\r\n"):
    """An export as text: one row for each set of changes to a sound one."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=ending)
    writer.writerow(columns)
    for change in changes:
        row = {**SOUND, **change}
        writer.writerow([row.get(column, "") for column in columns])
    return out.getvalue()


def read(source, **options):
    content = source if isinstance(source, bytes) else source.encode()
    return list(extract.read(content, today=TODAY, areas=AREAS, **options))


def read_one(**change):
    (found,) = read(text_of(change))
    return found


# --- the sample -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample():
    with (SAMPLE / "contacts.csv").open("rb") as file:
        return list(extract.read(file, today=TODAY, areas=AREAS))


def account(found, seen):
    """One run of an import that keeps every seen pair of reference and content in `seen`."""
    counts = Counter(read=0, accepted=0, amended=0, unchanged=0, refused=0)
    for each in found:
        counts["read"] += 1
        if isinstance(each, Refusal):
            counts["refused"] += 1
            continue
        known = seen.setdefault(each.contact_ref, set())
        counts[
            "unchanged" if each.content_hash in known else "amended" if known else "accepted"
        ] += 1
        known.add(each.content_hash)
    return counts


def test_the_accounts_of_the_first_and_the_second_run(sample):
    seen = {}
    assert account(sample, seen) == EXPECTED["first_run"]
    assert account(sample, seen) == EXPECTED["second_run"]


def test_the_damage_of_the_sample_is_named(sample):
    refused = Counter(
        (each.field, each.reason[:36]) for each in sample if isinstance(each, Refusal)
    )
    assert refused == {
        ("occurred_at", "The date of the contact cannot be re"): EXPECTED["unparseable_date"],
        ("occurred_at", "The contact lies in the future. Corr"): EXPECTED["future_date"],
        ("surname", "There is no name. Put in the surname"): EXPECTED["no_name"],
        ("dob", "The date of birth is not a date that"): EXPECTED["bad_dob"],
        ("dob", "The person was over 25 on the day of"): EXPECTED["adult"],
    }
    rows = [each for each in sample if isinstance(each, Row)]
    assert sum(bool(row.formula_fields) for row in rows) == EXPECTED["formula"]
    assert sum(not row.area_known for row in rows) == EXPECTED["unknown_area"]
    assert not any(row.unknown_words for row in rows)


def test_line_numbers_of_the_sample_are_those_of_a_text_editor(sample):
    content = (SAMPLE / "contacts.csv").read_bytes()
    lines = content.decode("utf-8-sig").split("\n")
    assert len(sample) == EXPECTED["rows"]
    assert sample[0].line == 2
    for each in sample:
        assert lines[each.line - 1].startswith(getattr(each, "contact_ref", "NBP-"))
    numbers = [each.line for each in sample]
    gaps = [after - before for before, after in pairwise(numbers)]
    assert Counter(gaps)[2] in (EXPECTED["embedded_newline"], EXPECTED["embedded_newline"] - 1)
    assert set(gaps) == {1, 2}


def test_a_formula_is_kept_as_text_and_named(sample):
    found = [row for row in sample if isinstance(row, Row) and row.formula_fields]
    assert {row.narrative for row in found} == {'=HYPERLINK("http://example.invalid","click")'}
    assert {row.formula_fields for row in found} == {("narrative",)}
    assert {row.notes for row in found} == {
        ("narrative looks like a spreadsheet formula: it was kept as text.",)
    }


# --- one row --------------------------------------------------------------------------------------


def test_a_sound_row():
    row = read_one()
    assert row == Row(
        line=2,
        content_hash=extract.content_hash(SOUND),
        contact_ref="NBP-1",
        occurred_at=datetime(2026, 11, 19, 11, 47, tzinfo=UTC),
        recorded_at=datetime(2026, 11, 19, 12, 11, tzinfo=UTC),
        collar="1497",
        contact_type="Other",
        area_code="NBA1",
        area_known=True,
        location="Mill Road, Northbridge",
        crime_ref="",
        surname="Shaw",
        forenames="Ella",
        date_of_birth=date(2013, 7, 19),
        sex="F",
        ethnicity="W1",
        address="12 Mill Road",
        postcode="NB3 1HP",
        narrative="seen at the bus stop",
        risk_words=("neglect",),
        strength_words=("clear aspiration",),
        unknown_words=(),
        handling="share",
        formula_fields=(),
        notes=(),
    )


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("19/11/2026 11:47", datetime(2026, 11, 19, 11, 47, tzinfo=UTC)),
        ("19/11/2026 11:47:59", datetime(2026, 11, 19, 11, 47, 59, tzinfo=UTC)),
        ("2026-07-19 11:47", datetime(2026, 7, 19, 10, 47, tzinfo=UTC)),
        ("19-Jul-2026 00:30", datetime(2026, 7, 18, 23, 30, tzinfo=UTC)),
        ("19 July 2026 11:47", datetime(2026, 7, 19, 10, 47, tzinfo=UTC)),
        ("2026-07-19T11:47:00+00:00", datetime(2026, 7, 19, 11, 47, tzinfo=UTC)),
        ("2026-07-19T11:47:00Z", datetime(2026, 7, 19, 11, 47, tzinfo=UTC)),
        ("2026-07-19T11:47:00.123+01:00", datetime(2026, 7, 19, 10, 47, tzinfo=UTC)),
        ("25/10/2026 01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("29/03/2026 01:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("19/11/2026", datetime(2026, 11, 19, tzinfo=UTC)),
        ("20/11/2026 23:59", datetime(2026, 11, 20, 23, 59, tzinfo=UTC)),
        (" 19/11/2026  11:47 ", datetime(2026, 11, 19, 11, 47, tzinfo=UTC)),
    ],
)
def test_moments_as_records_systems_write_them(text, moment):
    assert read_one(occurred_at=text, recorded_at="").occurred_at == moment


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("", None),
        ("19/07/2013", date(2013, 7, 19)),
        ("2013-07-19", date(2013, 7, 19)),
        ("19 July 2013", date(2013, 7, 19)),
        ("19-Jul-2013", date(2013, 7, 19)),
        ("29/02/2012", date(2012, 2, 29)),
    ],
)
def test_birth_dates_as_records_systems_write_them(text, born):
    assert read_one(dob=text).date_of_birth == born


def test_over_25_is_26_and_counts_on_the_day_of_the_contact():
    assert read_one(dob="20/11/2000").date_of_birth == date(2000, 11, 20)
    assert "over 25" in read_one(dob="19/11/2000").reason
    assert read_one(dob="19/11/2000", occurred_at="18/11/2026 09:00").date_of_birth
    assert read_one(dob="29/02/2000", occurred_at="28/02/2026 09:00", recorded_at="").date_of_birth
    assert read_one(dob="29/02/2000", occurred_at="01/03/2026 09:00", recorded_at="").field == "dob"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"contact_ref": "  "}, "contact_ref", "no reference"),
        ({"occurred_at": ""}, "occurred_at", "cannot be read"),
        ({"occurred_at": "last Tuesday"}, "occurred_at", "cannot be read"),
        ({"occurred_at": "last Tuesday" * 20}, "occurred_at", "cannot be read"),
        ({"occurred_at": "00/00/0000"}, "occurred_at", "cannot be read"),
        ({"occurred_at": "2026-13-40 10:00"}, "occurred_at", "cannot be read"),
        ({"occurred_at": "31/11/2025 10:00"}, "occurred_at", "cannot be read"),
        ({"occurred_at": "19/11/2026 25:00"}, "occurred_at", "cannot be read"),
        ({"occurred_at": "19/11/26 10:00"}, "occurred_at", "cannot be read"),
        ({"occurred_at": "0001-01-01 00:00"}, "occurred_at", "cannot be read"),
        ({"occurred_at": "9999-12-31T23:59-01:00"}, "occurred_at", "cannot be read"),
        ({"occurred_at": "2026-11-19T10:00+99:00"}, "occurred_at", "cannot be read"),
        ({"occurred_at": "１９/11/2026 10:00"}, "occurred_at", "cannot be read"),
        ({"occurred_at": "21/11/2026 00:00"}, "occurred_at", "in the future"),
        ({"occurred_at": "9999-12-31 23:59"}, "occurred_at", "in the future"),
        ({"occurred_at": "19/11/2000 10:00"}, "occurred_at", "over 25 years ago"),
        ({"recorded_at": "soon"}, "recorded_at", "cannot be read"),
        ({"recorded_at": "21/11/2026 00:01"}, "recorded_at", "in the future"),
        ({"recorded_at": "17/11/2026 10:00"}, "recorded_at", "before it took place"),
        ({"surname": "", "forenames": ""}, "surname", "no name"),
        ({"surname": "UNKNOWN", "forenames": "not known"}, "surname", "no name"),
        ({"surname": "?", "forenames": "-"}, "surname", "no name"),
        ({"dob": "31/02/2012"}, "dob", "not a date that exists"),
        ({"dob": "twelve"}, "dob", "not a date that exists"),
        ({"dob": "20/11/2026"}, "dob", "after the contact"),
        ({"dob": "05/06/1981"}, "dob", "over 25"),
        ({"dob": "0001-01-01"}, "dob", "over 25"),
        ({"surname": "S" * 81}, "surname", "longer than 80"),
        ({"narrative": "n" * 50_001}, "narrative", "longer than 50,000"),
        ({"narrative": "a\0b"}, "narrative", "not in UTF-8"),
        ({"surname": "\0"}, "surname", "not in UTF-8"),
    ],
)
def test_refused_with_the_field_and_what_to_do(change, field, words):
    found = read_one(**change)
    assert isinstance(found, Refusal)
    assert (found.line, found.field, found.stops) == (2, field, False)
    assert words in found.reason


def test_a_row_with_several_faults_is_refused_once_and_names_them_all():
    found = read_one(dob="31/02/2012", surname="", forenames="", occurred_at="soon")
    assert found.field == "occurred_at"
    assert found.reason.endswith("Also wrong in this row: surname, dob.")


def test_a_refusal_quotes_nothing_of_the_row():
    secret = "Zebedee"
    found = read_one(**dict.fromkeys(COLUMNS, secret))
    assert isinstance(found, Refusal)
    assert secret not in found.reason


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("SHARE", "share"),
        ("share", "share"),
        ("POLICE ONLY", "police only"),
        ("Police  only", "police only"),
        ("", "police only"),
        ("public", "police only"),
    ],
)
def test_only_share_is_shared(given, kept):
    row = read_one(handling=given)
    assert row.handling == kept
    assert bool(row.notes) == (given == "public")


@pytest.mark.parametrize(
    ("change", "field", "kept", "note"),
    [
        ({"area_code": "ZZ99"}, "area_code", "ZZ99", "not one that the portal knows"),
        ({"sex": "X"}, "sex", "U", "taken as not known"),
        ({"sex": "Female"}, "sex", "F", ""),
        ({"self_defined_ethnicity": "w1"}, "ethnicity", "W1", ""),
        ({"self_defined_ethnicity": "White"}, "ethnicity", "", "left out"),
        ({"surname": "Unknown"}, "surname", "", "Only one name"),
        ({"occurred_at": "19/11/2026"}, "sex", "F", "kept at midnight"),
        ({"address": "@SUM(A1)"}, "formula_fields", ("address",), "kept as text"),
        ({"forenames": "-Ella"}, "formula_fields", ("forenames",), "kept as text"),
        ({"narrative": "  +44 1632 960001"}, "formula_fields", ("narrative",), "kept as text"),
    ],
)
def test_what_can_be_kept_is_kept_with_a_note(change, field, kept, note):
    row = read_one(**change)
    assert getattr(row, field) == kept
    assert len(row.notes) == bool(note)
    assert all(note in said for said in row.notes)


def test_a_word_in_no_list_is_kept_apart_and_the_row_is_taken():
    row = read_one(indicators="Neglect; levitation; neglect", strengths="neglect;clear aspiration")
    assert row.risk_words == ("neglect",)
    assert row.strength_words == ("clear aspiration",)
    assert row.unknown_words == ("levitation", "neglect")
    assert row.notes == (
        "Ticked, in no list of words, so no prompt was made: levitation; neglect.",
    )


# --- moving dates ---------------------------------------------------------------------------------


def test_dates_move_after_the_checks_and_times_of_day_stay():
    change = {"occurred_at": "19/07/2026 23:30", "recorded_at": "20/07/2026 00:10"}
    (row,) = read(text_of(change), moved_by=timedelta(days=200))
    assert row.occurred_at == datetime(2027, 2, 4, 23, 30, tzinfo=UTC)
    assert row.recorded_at == datetime(2027, 2, 5, 0, 10, tzinfo=UTC)
    assert row.date_of_birth == date(2013, 7, 19) + timedelta(days=200)
    (still,) = read(text_of(change))
    assert row.content_hash == still.content_hash
    (late,) = read(text_of({"occurred_at": "21/11/2026 10:00"}), moved_by=timedelta(days=-9))
    assert late.field == "occurred_at"


def test_dates_move_by_whole_days_only():
    with pytest.raises(ValueError, match="whole days"):
        read(text_of({}), moved_by=timedelta(hours=1))


# --- content --------------------------------------------------------------------------------------


def test_the_same_content_whatever_the_order_of_columns_and_the_line_endings():
    change = {"narrative": "first line\r\nsecond line"}
    (one,) = read(text_of(change))
    (other,) = read(
        text_of(
            {"narrative": "first line\nsecond line", "extra": "new"},
            columns=[*reversed(COLUMNS), "extra"],
            ending="\n",
        )
    )
    assert one.content_hash == other.content_hash
    assert one == other


@settings(deadline=None)
@given(st.sampled_from(COLUMNS), st.text(min_size=1, max_size=5))
def test_any_other_cell_is_another_content(column, text):
    changed = {**SOUND, column: SOUND[column] + "." + text}
    assert extract.content_hash(changed) != extract.content_hash(SOUND)


def test_text_that_moves_to_the_next_cell_is_another_content():
    one = {**SOUND, "surname": "Shaw", "forenames": "Ella"}
    other = {**SOUND, "surname": "ShawElla", "forenames": ""}
    assert extract.content_hash(one) != extract.content_hash(other)


# --- the file -------------------------------------------------------------------------------------


def test_a_byte_order_mark_and_line_numbers_over_newlines_in_quotes():
    text = text_of({"narrative": "one\ntwo\nthree"}, {}, {"dob": "soon"})
    found = read(b"\xef\xbb\xbf" + text.encode())
    assert [each.line for each in found] == [2, 5, 6]
    assert found[0].narrative == "one\ntwo\nthree"
    assert found[2].field == "dob"


def test_empty_lines_and_rows_of_nothing_but_commas_are_no_rows():
    text = text_of({}) + "\r\n" + "," * 18 + "\r\n" + text_of({}).splitlines()[1] + "\r\n"
    assert [each.line for each in read(text)] == [2, 5]


@pytest.mark.parametrize(
    ("content", "field", "words"),
    [
        (b"", "file", "empty"),
        (b"\r\n\r\n", "file", "empty"),
        (b"\xef\xbb\xbf", "file", "empty"),
        (text_of({}).encode("utf-16"), "file", "not in UTF-8"),
        (text_of({}).encode("utf-16-le"), "file", "not in UTF-8"),
        (b"PK\x03\x04\x00\x00\xff\xfe\n", "file", "not in UTF-8"),
        (b"a;b;c\n1;2;3\n", "header", "does not name the columns"),
        (b'"contact_ref\n', "header", "does not name the columns"),
        (b'"contact_ref"x,surname\n', "header", "does not name the columns"),
        (text_of({}, columns=COLUMNS[:-2]).encode(), "header", "lacks strengths, handling."),
        (text_of({}, columns=(*COLUMNS, "dob")).encode(), "header", "has dob more than once."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_once_and_as_a_whole(content, field, words):
    (found,) = read(content)
    assert (found.field, found.stops) == (field, True)
    assert words in found.reason


def test_a_header_alone_is_a_file_without_rows():
    assert read(text_of()) == []


def test_a_bad_letter_costs_one_row():
    content = text_of({}, {"forenames": "Zoë"}, {}).encode("cp1252")
    one, bad, other = read(content)
    assert isinstance(one, Row)
    assert (bad.line, bad.field) == (3, "forenames")
    assert isinstance(other, Row)


@pytest.mark.parametrize("change", [-1, 1])
def test_too_few_and_too_many_columns(change):
    row = text_of({}).splitlines()[1]
    row = row + ",more" if change > 0 else row.rpartition(",")[0]
    (found,) = read(text_of() + row)
    assert (found.line, found.field) == (2, "row")
    assert f"has {19 + change} columns and the header 19" in found.reason


@pytest.mark.parametrize("narrative", ['"never closed', '"closed" too early'])
def test_a_quotation_mark_out_of_place_costs_its_row_and_no_other(narrative):
    lines = text_of({"narrative": "NARRATIVE"}, {}, {"location": "A, B"}, {}).splitlines()
    lines[1] = lines[1].replace("NARRATIVE", narrative)
    found = read("\r\n".join(lines))
    assert [each.line for each in found] == [2, 3, 4, 5]
    assert (found[0].field, "quotation mark" in found[0].reason) == ("row", True)
    assert all(isinstance(each, Row) for each in found[1:])


def test_a_file_cut_off_in_quotes_loses_its_last_row_alone():
    text = text_of({}, {"narrative": "a, b"})
    found = read(text[: text.index("a, b") + 2])
    assert isinstance(found[0], Row)
    assert (found[1].line, found[1].field) == (3, "row")
    assert len(found) == 2


def test_a_cell_of_ten_megabytes_is_refused_as_one_row():
    text = text_of({"narrative": "long line\n" * 1_000_000}, {})
    long, sound = read(text)
    assert (long.line, long.field) == (2, "narrative")
    assert sound.line == 1_000_003


def test_a_line_without_end_is_refused_and_not_kept_in_memory():
    class Endless(io.RawIOBase):
        """A header, then one line of forty megabytes, then a sound row; read piece by piece."""

        def __init__(self):
            self.pieces = [text_of().encode(), *[b"x" * 1_000_000] * 40, b"\r\n"]
            self.pieces.append(text_of({}).splitlines()[1].encode())
            self.largest = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            if not self.pieces:
                return 0
            piece = self.pieces.pop(0)
            taken = piece[: len(buffer)]
            if len(piece) > len(taken):
                self.pieces.insert(0, piece[len(taken) :])
            buffer[: len(taken)] = taken
            return len(taken)

    found = list(extract.read(io.BufferedReader(Endless()), today=TODAY, areas=AREAS))
    assert (found[0].line, found[0].field) == (2, "row")
    assert "too long" in found[0].reason
    assert found[1].line == 3
    assert isinstance(found[1], Row)


def test_rows_come_out_while_the_file_is_still_being_read():
    class Slow(io.BytesIO):
        def __init__(self):
            super().__init__(text_of({}, {"narrative": "x"}).encode())

        def readline(self, size=-1):
            assert self.lines_left > 0, "read further than the first row"
            self.lines_left -= 1
            return super().readline(size)

        lines_left = 2

    assert next(extract.read(Slow(), today=TODAY, areas=AREAS)).line == 2


@settings(deadline=None)
@given(st.binary(max_size=400))
@example(b'"\n"\n"""\n')
@example(b"\r\r\n")
def test_no_bytes_crash_the_reader(content):
    assert all(isinstance(each, Refusal) for each in read(content))
    found = read(text_of({}).encode() + content)
    assert all(isinstance(each, Row | Refusal) for each in found)
    numbers = [each.line for each in found]
    assert numbers == sorted(set(numbers))
    assert found == read(text_of({}).encode() + content)


@settings(deadline=None)
@given(st.fixed_dictionaries({column: st.text(max_size=30) for column in COLUMNS}))
@example(dict.fromkeys(COLUMNS, "=1\n\r,\"';"))
def test_any_cells_come_out_as_one_row(cells):
    blank = not any(cell.strip() for cell in cells.values())
    found = read(text_of(cells))
    assert len(found) == (not blank)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_narrative_comes_out_as_it_went_in(narrative):
    found = read_one(narrative=narrative)
    if "\0" in narrative:
        assert found.field == "narrative"
    else:
        assert found.narrative == narrative.replace("\r\n", "\n").replace("\r", "\n").strip()


# --- names for showing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("SHAW", "Shaw"),
        ("o'neill", "O'Neill"),
        ("MCBRIEN", "McBrien"),
        ("SMITH-JONES", "Smith-Jones"),
        ("McBrien", "McBrien"),
        ("de la Cruz", "de la Cruz"),
        ("ŁUKASZ", "Łukasz"),
        ("", ""),
    ],
)
def test_a_name_typed_in_one_case_gets_its_capitals(name, shown):
    assert extract.tidy_name(name) == shown
