"""Records for a named list alone, and who came near them: hits, broken glass. All invented."""

from datetime import date, datetime, time, timedelta

import accounts.commands
import cases.commands
import clock
from cases.commands import ChildSeen, Completion, Named, Told
from cases.matching.keys import Described
from cases.models import Came, Handling, Person, RestrictionKind
from eiportal.demo.people import Town

# Of the administrator's own family.
JUNES_BIRTHDAY = date(2014, 5, 9)
JUNE = Described("Reyes", "June", JUNES_BIRTHDAY, "F", "6 Signal Cottages", "NB6 1SC")
OSKAR = Described("Thornbury", "Oskar", date(2019, 2, 17), "M", "30 Ferry Lane", "NB7 5FL")


def yesterday_at(hour: int, *, days_ago: int = 1) -> datetime:
    day = clock.today() - timedelta(days=days_ago)
    return datetime.combine(day, time(hour, 5), clock.LONDON)


def hide(town: Town) -> None:
    """One record restricted, with a hit to decide on and broken glass to review; one sealed."""
    ines, ivy = town.users["ines"], town.users["ivy"]
    june, oskar = (_meet(each, town) for each in (JUNE, OSKAR))
    named = [Named(ines, reachable_at_any_hour=True)]
    with clock.at(clock.now() - timedelta(days=60)):
        cases.commands.restrict(
            june,
            owner=ines,
            why="Her father works for the force.",
            named=[*named, Named(town.users["lena"])],
            by=ivy,
        )
        cases.commands.restrict(
            oskar,
            owner=ines,
            why="Adopted: his first family must not find him.",
            named=named,
            kind=RestrictionKind.SEALED,
            by=ivy,
        )
    _come_near(town)


def _meet(child: Described, town: Town) -> Person:
    with clock.at(clock.now() - timedelta(days=64)):
        contact = cases.commands.record_contact(
            Told(
                source="form",
                source_ref=f"demo {child.surname}",
                occurred_at=clock.now() - timedelta(hours=1),
                contact_type="Child concern",
                narrative="Rode a bicycle on the ring road after dark, and was walked home.",
                handling=Handling.SHARE,
                safe_now="yes",
                area=town.areas["NBD1"],
                children=[ChildSeen(child, sex=child.sex)],
            ),
            by=town.users["ines"],
        )
        seen = contact.children.select_related("person").get()
        cases.commands.complete_contact(
            contact,
            completions=[Completion(child=seen, voice="I only wanted to see the lights.")],
            handling=Handling.SHARE,
            noticed={"behaviour": "Cheerful"},
            told_family="yes",
            told_family_why_not="",
            next_step="nothing more",
            not_referred_why="A walk home was all that it needed",
            by=town.users["ines"],
        )
    return seen.person


def _come_near(town: Town) -> None:
    """Asha searches; Bea breaks the glass, and an hour before that with a birth date that is wrong."""
    with clock.at(yesterday_at(11)):
        cases.commands.keep_searches([JUNE, OSKAR], kind=Came.SEARCH, by=town.users["asha"])
    for hour, born in ((15, date(2014, 9, 5)), (16, JUNES_BIRTHDAY)):
        with clock.at(yesterday_at(hour)):
            cases.commands.break_glass(
                surname="Reyes",
                forenames="June",
                date_of_birth=born,
                reason="School rings: she has not come home, and nobody answers the telephone.",
                by=town.users["bea"],
            )
    cases.commands.look_among_hidden(by=accounts.commands.system())
