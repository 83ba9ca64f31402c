"""What stands round the story's one share: an agreement near its end and one that is suspended, a
decision not to share, what a family took back, what agencies ask each other. All invented."""

from datetime import timedelta

import accounts.commands
import clock
import partners.commands
from cases.models import CaseChild, Contact, SafeToTell
from eiportal.demo.people import CHARITY, HEALTH, POLICE, SCHOOL, SPORTS, Town, signed_for
from partners.models import Agreement, LawfulBasis, NoticeKind

# Within the last of the warnings but one.
ENDS_IN_DAYS = 24
CARE = "Health care and early help that fit together"


def tell(town: Town, *, night: Contact) -> None:
    """`night`: the contact of a young person found at night, of whom health has not read the notice."""
    rowan, wren = _places("Fairweather")
    milo = _places("Castellan")[0]
    ending = _sign_with_health(town)
    _suspend_one(town)
    _share_with_health(rowan, ending, town, ["summary"])
    _share_with_health(milo, ending, town, ["summary", "contributions"])
    _not_with_charity(rowan, town)
    _ask_each_other(milo, town)
    _tell_health(night, town)
    _take_back(wren, town)
    partners.commands.warn_of_ends(on=clock.today(), by=accounts.commands.system())


def _places(family_name: str) -> list[CaseChild]:
    found = CaseChild.objects.filter(case__family_name=family_name, case__closed_at=None)
    return list(found.select_related("case__team", "person").order_by("pk"))


def _sign_with_health(town: Town) -> Agreement:
    """Signed eleven months ago, and nobody has signed the next one."""
    with clock.at(clock.now() - timedelta(days=341)):
        return partners.commands.sign_agreement(
            title="School nursing and early help agreement",
            parties=[town.agencies[POLICE], town.agencies[HEALTH]],
            purposes=[CARE],
            lawful_bases=[LawfulBasis.PUBLIC_TASK],
            sections=["summary", "interventions", "contributions"],
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=341 + ENDS_IN_DAYS),
            review_on=clock.today() + timedelta(days=300),
            impact_assessment="DPIA-0392",
            signatories=signed_for([town.agencies[POLICE], town.agencies[HEALTH]]),
            by=town.users["ivy"],
        )


def _suspend_one(town: Town) -> None:
    ivy = town.users["ivy"]
    with clock.at(clock.now() - timedelta(days=200)):
        agreement = partners.commands.sign_agreement(
            title="Matchday volunteers agreement",
            parties=[town.agencies[POLICE], town.agencies[SPORTS]],
            purposes=["A safe place on a club's volunteer scheme"],
            lawful_bases=[LawfulBasis.PUBLIC_TASK],
            sections=["summary"],
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=730),
            review_on=clock.today() + timedelta(days=365),
            impact_assessment="DPIA-0401",
            signatories=signed_for([town.agencies[POLICE], town.agencies[SPORTS]]),
            by=ivy,
        )
    with clock.at(clock.now() - timedelta(days=9)):
        partners.commands.suspend_agreement(
            agreement, reason="A laptop of the club was lost; we wait for their report.", by=ivy
        )


def _share_with_health(
    place: CaseChild, agreement: Agreement, town: Town, sections: list[str]
) -> None:
    with clock.at(clock.now() - timedelta(days=7)):
        partners.commands.share(
            place,
            agency=town.agencies[HEALTH],
            agreement=agreement,
            purpose=CARE,
            lawful_basis=LawfulBasis.PUBLIC_TASK,
            necessity="The school nurse sees the child next month and would otherwise ask it all again.",
            summary="We are working with the family. Sleep is short, and the walk to school is hard.",
            sections=sections,
            until=clock.now() + timedelta(days=26),
            safe_to_tell_read=_safe_to_tell(place),
            by=town.users["lena"],
        )


def _safe_to_tell(place: CaseChild) -> int | None:
    """The version that whoever sends has read."""
    newest = SafeToTell.objects.filter(person=place.person).order_by("-pk").first()
    return newest.pk if newest else None


def _not_with_charity(place: CaseChild, town: Town) -> None:
    with clock.at(clock.now() - timedelta(days=5)):
        partners.commands.decide_not_to_share(
            place.person,
            place=place,
            agency=town.agencies[CHARITY],
            considered="Their Friday club asked why Rowan has stopped coming.",
            detriment="One of the older boys helps there: word that Rowan has talked could put them in "
            "danger. Not telling costs a place at the club, which we can find elsewhere.",
            review_on=clock.today() + timedelta(days=40),
            by=town.users["lena"],
        )


def _ask_each_other(place: CaseChild, town: Town) -> None:
    """The school has answered once; it asks in its turn, and nobody has answered yet."""
    lena, grace = town.users["lena"], town.users["grace"]
    safe = _safe_to_tell(place)
    with clock.at(clock.now() - timedelta(days=12)):
        asked = partners.commands.ask_for_information(
            place,
            agency=town.agencies[SCHOOL],
            what="Does he have a friend to go home with?",
            why="He walks past the place where he was met.",
            needed_by=clock.today() + timedelta(days=5),
            safe_to_tell_read=safe,
            by=lena,
        )
    with clock.at(clock.now() - timedelta(days=10)):
        partners.commands.answer_request(
            asked, answer="nothing held", safe_to_tell_read=safe, by=grace
        )
    with clock.at(clock.now() - timedelta(days=1)):
        partners.commands.ask_for_information(
            place,
            agency=town.agencies[POLICE],
            what="Who may collect him from school?",
            why="Two people have rung the office this week.",
            needed_by=clock.today() + timedelta(days=4),
            safe_to_tell_read=safe,
            by=grace,
        )


def _tell_health(contact: Contact, town: Town) -> None:
    """A notice that is late: sent days ago, and nobody has opened it."""
    child = contact.children.select_related("person").order_by("pk")[0]
    with clock.at(contact.recorded_at + timedelta(hours=2)):
        partners.commands.send_notice(
            child.person,
            contact=contact,
            happened_at=contact.occurred_at,
            agency=town.agencies[HEALTH],
            kind=NoticeKind.OTHER,
            content="Cerys was found asleep at the bus station. She was cold, and was taken home.",
            purpose="Health care after a night outside",
            lawful_basis=LawfulBasis.PUBLIC_TASK,
            by=town.users["asha"],
        )


def _take_back(place: CaseChild, town: Town) -> None:
    """A family agreed to help and takes it back today: somebody must decide today."""
    lena = town.users["lena"]
    with clock.at(clock.now() - timedelta(days=14)):
        agreed = partners.commands.record_consent(
            place,
            answer="agreed",
            who="parent",
            said_to="Lena Holt, at school",
            said_on=clock.today(),
            ask_again_on=clock.today() + timedelta(days=84),
            by=lena,
        )
    partners.commands.withdraw_consent(
        agreed, who="parent", how="Her father rang Lena: they would rather go on alone.", by=lena
    )
