"""Add what an agency knows of a child, and pass it on."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

import accounts.commands
import asking
import audit.commands
import cases.commands
import clock
from accounts.models import Agency, User
from audit.models import Kind
from cases.access import scope
from cases.models import CaseChild, EventKind, Section
from partners import permissions, queries
from partners.commands.addresses import addresses_in
from partners.models import (
    Audience,
    Contribution,
    PassedOn,
)


@asking.command
def contribute(
    place: CaseChild,
    *,
    text: str,
    voice: str,
    audience: Iterable[str],
    named: Iterable[Agency] = (),
    by: User,
) -> Contribution:
    """Add what a partner knows to a child's place that is open to them, for the audience they choose.

    `named`: agencies at the child's table, which the author may name while they sit there too. The
    author's own agency always reads it. The same words sent twice by one person are one.
    ValidationError at the field for what is missing, an agency that is not theirs to name, or where other
    partners would read the address of who was harmed.
    """
    permissions.check_can_contribute(place, by=by)
    named = list(named)
    groups = [group for group in Audience.values if group in set(audience)]
    errors = {}
    if not text.strip():
        errors["text"] = "Write what you know."
    if not groups and not named:
        errors["audience"] = "Choose who may read it."
    if not set(named) <= set(queries.agencies_to_name(place, viewer=by)):
        errors["named"] = "Choose from the agencies on the team around the child."
    if named or Audience.CASE_TEAM in groups:
        errors |= addresses_in(place.person, {"text": text, "voice": voice}, by=by)
    if errors:
        raise ValidationError(errors)
    place = cases.commands.hold_open(place, by=by)
    for agency in named:
        cases.commands.refuse_not_told(place.person, agency, field="named", by=by)
    return add(place, text=text, voice=voice, audience=groups, named=named, by=by)


def add(
    place: CaseChild, *, text: str, voice: str, audience: list[str], named: list[Agency], by: User
) -> Contribution:
    """Keep somebody's words with their audience, once. The caller has checked, and holds the place."""
    added, is_new = Contribution.objects.get_or_create(
        place=place,
        by=by,
        text=text,
        voice=voice,
        audience=audience,
        named=sorted(agency.pk for agency in named),
        defaults={"agency": by.agency, "at": clock.now()},
    )
    if not is_new:
        return added
    _tell_chronology_of_contribution(added, named, by=by)
    audit.commands.record(
        Kind.COLLECTION,
        "contribute",
        persons=[place.person_id],
        records={"contribution": added.pk, "place": place.pk, "to agencies": added.named},
        by=by,
    )
    if _is_meant_for_lead_worker(added):
        accounts.commands.notify(
            place.case.lead_worker,
            f"{by.agency} added what they know to {place.case.reference}",
            url=f"/cases/{place.case.reference}",
            by=by,
        )
    return added


def _tell_chronology_of_contribution(added: Contribution, named: list[Agency], *, by: User) -> None:
    """The line says that something was added, to the full record and its audience; the words stand
    in it where the audience holds everybody who reads the full record."""
    place = added.place
    told = {by.agency, *named}
    if Audience.CASE_TEAM in added.audience:
        told.add(place.case.team.agency)
    words = added.text
    if added.voice:
        words = f"{words}\n\nThe child's words: {added.voice}"
    cases.commands.add_event(
        place.person,
        EventKind.CONTRIBUTION,
        f"{by.agency} added what they know",
        detail=words if added.is_for_the_full_record else "",
        place=place,
        audience=sorted(told, key=lambda agency: agency.pk),
        by=by,
    )


def _is_meant_for_lead_worker(added: Contribution) -> bool:
    agency = added.place.case.lead_worker.agency
    return (
        Audience.CASE_TEAM in added.audience
        or agency.pk in added.named
        or (agency.is_lead and Audience.LEAD_AGENCY in added.audience)
    )


@asking.command
def pass_on(
    contribution: Contribution,
    *,
    agencies: Iterable[Agency],
    agreed_by_author: bool = False,
    override_reason: str = "",
    safe_to_tell_read: int | None = None,
    by: User,
) -> PassedOn:
    """Show a contribution to agencies that its author did not mean, with their agreement or a reason.

    Only agencies to which the contributions of this place are open. The author is told. Passed on
    to the same agencies twice, it is once. ValidationError at the field for what is missing, where the
    address of who was harmed stands in it, or whom it is safe to tell was not read
    (`safe_to_tell_read`: its version).
    """
    permissions.check_can_pass_on(contribution.place, agreed_by_author=agreed_by_author, by=by)
    queries.contribution(contribution.pk, viewer=by)
    held = Contribution.objects.select_for_update(of=("self",), no_key=True)
    added = held.select_related("place__case", "agency", "by").get(pk=contribution.pk)
    chosen = sorted({agency.pk for agency in agencies})
    if done := _passed_on_already(added, chosen):
        return done
    cases.commands.refuse_unless_safe(
        added.place.person,
        safe_to_tell_read=safe_to_tell_read,
        to=Agency.objects.filter(pk__in=chosen).order_by("name"),
        field="agencies",
        by=by,
    )
    override_reason = "" if agreed_by_author else override_reason.strip()
    offered = set(queries.agencies_to_pass_on_to(added, viewer=by).values_list("pk", flat=True))
    errors = {}
    if not chosen or not set(chosen) <= offered:
        errors["agencies"] = (
            "Choose agencies to which this child’s contributions are open, and that have not read it."
        )
    elif _holds_address(added, by=by):
        errors["agencies"] = (
            "The address of who was harmed stands in it, and is never shared: tell them in person."
        )
    if not agreed_by_author and not override_reason:
        errors["override_reason"] = "Say why it is passed on without the author’s agreement."
    if errors:
        raise ValidationError(errors)
    passed = PassedOn.objects.create(
        contribution=added,
        agencies=chosen,
        agreed_by_author=agreed_by_author,
        override_reason=override_reason,
        at=clock.now(),
        by=by,
    )
    added.named = sorted({*added.named, *chosen})
    added.save(update_fields=["named"])
    _tell_of_passing_on(passed, added, by=by)
    return passed


def _holds_address(added: Contribution, *, by: User) -> bool:
    """The words are their author's, and were meant for others: nobody can leave the address out."""
    return bool(addresses_in(added.place.person, {"text": added.text, "voice": added.voice}, by=by))


def _passed_on_already(added: Contribution, chosen: list[int]) -> PassedOn | None:
    """The last passing on to exactly these agencies, if there was one."""
    return added.passed_on.filter(agencies=chosen).order_by("-pk").first() if chosen else None


def _tell_of_passing_on(passed: PassedOn, added: Contribution, *, by: User) -> None:
    """Audited as a disclosure; the author hears of it, and not to whom: they need not know who helps."""
    how = "with your agreement" if passed.agreed_by_author else "without your agreement"
    audit.commands.record(
        Kind.DISCLOSURE,
        "pass on",
        persons=[added.place.person_id],
        records={"contribution": added.pk, "to agencies": passed.agencies},
        sections=[Section.CONTRIBUTIONS],
        ground="author agreed" if passed.agreed_by_author else "override",
        by=by,
    )
    opens = scope.places_visible_to(added.by).filter(pk=added.place_id).exists()
    lead = added.place.case.lead_worker
    accounts.commands.notify(
        added.by,
        f"What you added to {added.place.case.reference} was passed on {how}. Ask {lead} about it",
        url=f"/children/{added.place.person_id}" if opens else "/",
        by=by,
    )
