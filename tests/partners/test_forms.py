"""What the forms offer, clean and refuse."""

from datetime import date

import pytest

import clock
import partners.commands
from accounts.models import Role
from cases.models import Person
from partners import forms
from partners.models import Agreement
from tests import factories
from tests.partners.conftest import NECESSITY, SUMMARY, World, at

AGREED = {
    "title": "Winter help",
    "purposes": " Early help \r\n\r\nAttendance\nEarly help",
    "lawful_bases": ["public task"],
    "sections": ["summary", "plan"],
    "impact_assessment": "DPIA-8",
    "signatories": "Police: N. Ash\nSchool: P. Oak\nCouncil: R. Elm\nCharity: S. Fir",
}


def typed(name: str, day: date | None) -> dict[str, str]:
    """A date as the three inputs send it."""
    parts = ("day", "month", "year")
    return {f"{name}-{part}": str(getattr(day, part)) if day else "" for part in parts}


def agree(
    world: World, *, ends: date | None = date(2027, 3, 31), **changed: object
) -> forms.Agreement:
    data = AGREED | {"parties": [str(world.police.pk), str(world.school.pk)]}
    data |= typed("starts_on", date(2026, 12, 1)) | typed("ends_on", ends)
    data |= typed("review_on", date(2027, 3, 1)) | changed
    return forms.Agreement(data, viewer=world.signer)


def share(
    world: World,
    *,
    until: date | None = date(2026, 12, 18),
    agreement: Agreement | None = None,
    child: Person | None = None,
    **changed: object,
) -> forms.Share:
    data = {
        "is_safeguarding": "no",
        "agency": str(world.school.pk),
        "purpose": "Early help",
        "lawful_basis": "public task",
        "necessity": NECESSITY,
        "sections": ["summary", "plan"],
        "summary": SUMMARY,
    }
    data |= typed("until", until) | changed
    return unsent(world, agreement, child, data)


def unsent(
    world: World,
    agreement: Agreement | None = None,
    child: Person | None = None,
    data: dict[str, object] | None = None,
) -> forms.Share:
    return forms.Share(
        data,
        viewer=world.lead_worker,
        child=child or world.place,
        agreement=agreement or world.agreement,
    )


def test_the_inputs_of_a_date_have_the_names_that_these_tests_type(world: World) -> None:
    drawn = str(unsent(world))
    assert all(f'name="{name}"' in drawn for name in typed("until", None))


def test_an_agreement_is_cleaned_to_the_commands_keywords(world: World) -> None:
    form = agree(world)
    assert form.is_valid(), form.errors
    signed = partners.commands.sign_agreement(by=world.signer, **form.cleaned_data)
    assert signed.purposes == ["Early help", "Attendance"]
    assert signed.signatories[:2] == ["Police: N. Ash", "School: P. Oak"]
    assert set(signed.parties.all()) == {world.police, world.school}
    assert (signed.ends_on, signed.last_day) == (date(2027, 4, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"parties": []}, "parties"),
        ({"purposes": " \n "}, "purposes"),
        ({"purposes": "x" * 121}, "purposes"),
        ({"lawful_bases": ["consent"]}, "lawful_bases"),
        ({"sections": ["full"]}, "sections"),
        ({"ends": None}, "ends_on"),
        ({"ends": date(9999, 12, 31)}, "ends_on"),
    ],
)
def test_an_agreement_says_what_is_missing(
    world: World, changed: dict[str, object], field: str
) -> None:
    form = agree(world, **changed)
    assert list(form.errors) == [field]
    assert len(form.errors[field]) == 1


def test_a_share_is_cleaned_to_the_commands_keywords(world: World) -> None:
    form = share(world)
    assert form.is_valid(), form.errors
    shared = partners.commands.share(
        world.place, agreement=world.agreement, by=world.lead_worker, **form.cleaned_data
    )
    assert (shared.agency, shared.agreement) == (world.school, world.agreement)
    assert shared.until == at(date(2026, 12, 19))
    assert shared.last_day == date(2026, 12, 18)


def test_today_is_a_day_to_share_until(world: World) -> None:
    assert share(world, until=clock.today()).is_valid()
    assert share(world, until=date(2027, 5, 31)).is_valid()


def test_what_the_chosen_agreement_does_not_allow_is_said_at_the_field(world: World) -> None:
    lone = factories.agency(name="Lone Star")
    other = world.sign(
        title="Other",
        parties=[world.police, lone],
        purposes=["Housing"],
        lawful_bases=["vital interests"],
        sections=["watch"],
        ends_on=date(2026, 12, 1),
    )
    form = share(world, agreement=other)
    assert form.errors == {
        "agency": ["Choose a partner in this agreement: Lone Star"],
        "purpose": ["Choose a purpose of this agreement: Housing"],
        "lawful_basis": [
            "Choose a lawful basis of this agreement: Vital interests (UK GDPR article 6(1)(d))"
        ],
        "sections": ["Choose from the sections of this agreement: What to watch for"],
    }
    form = share(
        world,
        agreement=other,
        agency=str(lone.pk),
        purpose="Housing",
        lawful_basis="vital interests",
        sections=["watch"],
    )
    assert form.errors == {
        "until": ["Choose a day from today until this agreement ends, on 30 November 2026."]
    }
    form = share(world, agency=str(lone.pk))
    assert list(form.errors) == ["agency"]


def test_only_what_the_agreement_allows_is_offered(world: World) -> None:
    assert offered(unsent(world)) == {
        "agency": [str(world.school.pk), str(world.charity.pk)],
        "purpose": ["Early help", "Attendance"],
        "lawful_basis": ["public task", "legal obligation"],
        "is_safeguarding": ["yes", "no"],
        "sections": ["summary", "chronology", "plan", "contributions"],
    }
    health = world.sign(title="Health", conditions=["safeguarding"], sections=["plan", "watch"])
    assert offered(unsent(world, health))["condition"] == ["none", "safeguarding"]
    # Without a case there is no plan.
    assert offered(unsent(world, health, world.child))["sections"] == ["watch"]


def offered(form: forms.Share) -> dict[str, list[str]]:
    return {
        name: [value for value, _ in form.fields[name].choices]
        for name in form.fields
        if hasattr(form.fields[name], "choices")
    }


def test_an_agreement_to_share_under_is_in_force_signed_by_ones_own_agency_and_not_suspended(
    world: World,
) -> None:
    lapsed = world.sign(title="Lapsed", ends_on=date(2026, 11, 24))
    others = world.sign(title="Others", parties=[world.police, world.charity], by=world.signer)
    suspended = world.sign(title="Suspended")
    partners.commands.suspend_agreement(suspended, reason="Breach", by=world.signer)
    form = forms.ChooseAgreement(viewer=world.lead_worker)
    assert form.offered == [world.agreement, others]
    for agreement in (lapsed, suspended):
        sent = {"agreement": str(agreement.pk)}
        assert "agreement" in forms.ChooseAgreement(sent, viewer=world.lead_worker).errors
    council = factories.user(Role.LEAD_WORKER, agency=world.charity)
    assert forms.ChooseAgreement(viewer=council).offered == [world.agreement, others]
    stranger = factories.user(Role.LEAD_WORKER, agency=factories.agency())
    assert forms.ChooseAgreement(viewer=stranger).offered == []


def test_the_condition_is_of_the_same_law_as_the_basis(world: World) -> None:
    both = world.sign(
        title="Both",
        lawful_bases=["public task", "law enforcement"],
        conditions=["safeguarding", "safeguarding, part 3"],
    )
    assert "condition" in share(world, agreement=both).errors
    form = share(world, agreement=both, condition="none")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["condition"] == ""
    form = share(world, agreement=both, condition="safeguarding, part 3")
    assert form.errors == {
        "condition": ["Choose a condition of the same law as the basis: UK GDPR."]
    }
    sent = {"condition": "safeguarding, part 3", "lawful_basis": "law enforcement"}
    assert share(world, agreement=both, **sent).is_valid()


def test_a_share_for_safeguarding_says_why_and_may_end_thirty_days_later(world: World) -> None:
    ends = {"until": date(2027, 6, 30), "is_safeguarding": "yes"}
    assert list(share(world, **ends).errors) == ["safeguarding_reason"]
    form = share(world, **ends, safeguarding_reason="Seen with older men")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["is_safeguarding"] is True
    later = ends | {"until": date(2027, 7, 1), "safeguarding_reason": "Seen with older men"}
    assert list(share(world, **later).errors) == ["until"]
    assert list(share(world, until=date(2027, 6, 1)).errors) == ["until"]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 11, 23), date(2026, 12, 18), "starts_at"),
        (date(2027, 6, 1), date(2027, 5, 31), "starts_at"),
        (date(2026, 12, 19), date(2026, 12, 18), "until"),
    ],
)
def test_a_share_begins_today_or_later_and_ends_after_that(
    world: World, first: date, last: date, field: str
) -> None:
    form = share(world, until=last, **typed("starts_at", first))
    assert list(form.errors) == [field]


@pytest.mark.parametrize("first", [date(2026, 11, 24), date(2026, 12, 18), None])
def test_a_share_may_begin_today_or_on_its_last_day(world: World, first: date | None) -> None:
    form = share(world, **typed("starts_at", first))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"] == (at(first) if first else None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agency": ""}, "agency"),
        ({"purpose": ""}, "purpose"),
        ({"lawful_basis": ""}, "lawful_basis"),
        ({"necessity": " "}, "necessity"),
        ({"is_safeguarding": ""}, "is_safeguarding"),
        ({"summary": ""}, "summary"),
        ({"sections": []}, "sections"),
        ({"until": None}, "until"),
        ({"until": date(2026, 11, 23)}, "until"),
        ({"until": date(2027, 6, 1)}, "until"),
        ({"until": date(9999, 12, 31)}, "until"),
    ],
)
def test_a_share_says_what_is_missing(world: World, changed: dict[str, object], field: str) -> None:
    form = share(world, **changed)
    assert list(form.errors) == [field]
    assert len(form.errors[field]) == 1


def test_whom_it_is_safe_to_tell_is_asked_only_where_the_record_says_something(
    world: World,
) -> None:
    assert "safe_to_tell_read" not in share(world).fields
    safe = factories.safe_to_tell(world.child, never="The father")
    assert list(share(world).errors) == ["safe_to_tell_read"]
    assert list(share(world, safe_to_tell_read=["on"]).errors) == ["safe_to_tell_read"]
    form = share(world, safe_to_tell_read=[str(safe.pk)])
    assert form.is_valid(), form.errors
    assert form.cleaned_data["safe_to_tell_read"] == safe.pk


def test_a_contribution_is_cleaned_to_the_commands_keywords(world: World) -> None:
    world.share()
    typed = {"text": "Late", "voice": "", "audience": ["hub", "case team"]}
    form = forms.Contribution(typed, viewer=world.teacher, place=world.place)
    assert form.is_valid(), form.errors
    added = partners.commands.contribute(world.place, by=world.teacher, **form.cleaned_data)
    assert (added.text, added.audience) == ("Late", ["case team", "hub"])
    empty = forms.Contribution({"text": " "}, viewer=world.teacher, place=world.place)
    assert list(empty.errors) == ["text", "audience"]


def test_ending_asks_why() -> None:
    assert list(forms.EndShare({"reason": ""}).errors) == ["reason"]
    assert list(forms.EndShare({"reason": "x" * 301}).errors) == ["reason"]
    form = forms.EndShare({"reason": "Moved"})
    assert form.is_valid()
    assert form.cleaned_data == {"reason": "Moved"}
