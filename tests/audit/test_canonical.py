"""Different entries have different bytes, whatever their values hold; a form never changes."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import canonical
from audit.models import Entry, Seal


class Undo(Exception):
    pass


class Kept(list[bytes]):
    write = list.append


def bytes_of(entry: Entry, *, session: str = "") -> bytes:
    """The bytes of an entry that is written, read in a session of such settings, and undone."""
    kept = Kept()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            entry.save(force_insert=True)
            if session:
                cursor.execute(session)
            canonical.pin(cursor)
            select = f"select {canonical.columns(canonical.FORM)} from audit_entry e where e.id = {entry.pk}"
            canonical.read(cursor, select, kept)
            raise Undo
    except Undo:
        (line,) = kept
        return line


ENTRY = {
    "id": 10**15,
    "at": datetime(2026, 11, 24, 10, 30, 0, 250_000, tzinfo=UTC),
    "kind": "disclosure",
    "verb": "share",
    "user_id": 7,
    "username": "a\tb\\c\nd",
    "agency": "Gwynedd ŵ",
    "persons": [3, 1],
    "records": {"b": "x\ty", "a": [1, None]},
    "sections": ["plan", 'a"b', "c,d", ""],
    "ground": "",
    "reason": "\\N",
    "request_id": UUID(int=5),
    "address": "2001:db8::1",
}


def test_form_one_is_these_very_bytes(db: None) -> None:
    assert bytes_of(Entry(**ENTRY)) == (
        b"entry 1\t1000000000000000\t2026-11-24 10:30:00.25\tdisclosure\tshare\t7\ta\\tb\\\\c\\nd\t"
        b'Gwynedd \xc5\xb5\t{3,1}\t{"a": [1, null], "b": "x\\\\ty"}\t{plan,"a\\\\"b","c,d",""}\t\t'
        b"\\\\N\t00000000-0000-0000-0000-000000000005\t2001:db8::1\n"
    )


def test_nothing_and_the_sign_for_nothing_differ(db: None) -> None:
    nobody = ENTRY | {"user_id": None, "request_id": None, "address": None}
    assert bytes_of(Entry(**nobody)).count(b"\t\\N") == 3


def test_the_session_says_nothing_in_the_bytes(db: None) -> None:
    odd = "set local datestyle = 'SQL, DMY'; set local timezone = 'Asia/Tokyo';"
    odd += "set local client_encoding = 'LATIN1'; set local bytea_output = 'escape'"
    welsh = ENTRY | {"agency": "Môn"}
    assert bytes_of(Entry(**welsh), session=odd) == bytes_of(Entry(**welsh))


def test_the_newest_form_covers_every_column() -> None:
    columns = {field.column for field in Entry._meta.concrete_fields}
    assert set(canonical.FORMS[canonical.FORM]) == columns, "a new column needs a new form"
    assert canonical.FORMS[1] == (
        *("id", "at", "kind", "verb", "user_id", "username", "agency", "persons", "records"),
        *("sections", "ground", "reason", "request_id", "address"),
    ), "an old form never changes: batches were sealed with it"


# Few letters, among them all that part fields, lines and elements: so that values collide if they can.
words = st.text(st.sampled_from('a\t\n\r\\N,"{} '), max_size=4)
entries = st.fixed_dictionaries(
    {
        "at": st.sampled_from([ENTRY["at"], ENTRY["at"].replace(microsecond=1)]),
        "kind": st.sampled_from(["denied", "erasure"]),
        "verb": words,
        "user_id": st.none() | st.integers(0, 2),
        "username": words,
        "agency": words,
        "persons": st.lists(st.integers(0, 12), max_size=2),
        "records": st.dictionaries(words, words | st.integers(0, 1) | st.none(), max_size=2),
        "sections": st.lists(words, max_size=2),
        "ground": words,
        "reason": words,
        "request_id": st.none() | st.integers(0, 1).map(lambda n: UUID(int=n)),
        "address": st.none() | st.sampled_from(["10.0.0.1", "10.0.0.11"]),
    }
)
several = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@several
@given(one=entries, other=entries)
def test_two_entries_have_the_same_bytes_only_if_they_are_the_same(
    db: None, one: dict[str, object], other: dict[str, object]
) -> None:
    same = bytes_of(Entry(id=10**15, **one)) == bytes_of(Entry(id=10**15, **other))
    assert same == (one == other)


@several
@given(entry=entries, data=st.data())
def test_no_border_between_two_fields_can_be_moved(
    db: None, entry: dict[str, object], data: st.DataObject
) -> None:
    """The same text in all, cut elsewhere: the end of a field put at the head of the next."""
    pair = data.draw(
        st.sampled_from([("verb", "username"), ("username", "agency"), ("ground", "reason")])
    )
    left, right = (entry[name] for name in pair)
    whole = f"{left}{right}"
    cut = data.draw(st.integers(0, len(whole)))
    moved = entry | {pair[0]: whole[:cut], pair[1]: whole[cut:]}
    same = bytes_of(Entry(id=10**15, **entry)) == bytes_of(Entry(id=10**15, **moved))
    assert same == (cut == len(left))


def seal(**said: object) -> Seal:
    known = {
        "number": 2,
        "form": 1,
        "first": 11,
        "count": 10,
        "batch_hash": "b" * 64,
        "complete": True,
        "seen": 20,
        "writing": ["3/4"],
        "settled": 9,
        "sealed_at": ENTRY["at"],
        "sealed_by": "",
    }
    return Seal(**(known | said))


def test_a_link_covers_all_that_its_seal_says() -> None:
    link = canonical.chain_hash(seal(), after="a" * 64)
    said = (
        '["seal 1","' + "a" * 64 + '","' + "b" * 64 + '",2,10,11,1,'
        '"2026-11-24T10:30:00.250000+00:00","",1,20,9,"3/4"]'
    )
    assert link == sha256(said.encode()).hexdigest()
    others = {
        "number": 3,
        "form": 2,
        "first": 12,
        "count": 11,
        "batch_hash": "c" * 64,
        "complete": False,
        "seen": 21,
        "writing": ["3/4", "5/6"],
        "settled": 10,
        "sealed_at": ENTRY["at"].replace(microsecond=0),
        "sealed_by": "gwen",
    }
    covered = {field.name for field in Seal._meta.concrete_fields} - {"chain_hash"}
    assert set(others) == covered
    links = {
        canonical.chain_hash(seal(**{name: value}), after="a" * 64)
        for name, value in others.items()
    }
    assert len(links | {link, canonical.chain_hash(seal(), after="d" * 64)}) == len(others) + 2
