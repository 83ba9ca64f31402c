"""What the forms offer, clean and refuse."""

from datetime import date

import pytest

import clock
import partners.commands
from partners import forms
from tests import factories
from tests.partners.conftest import NECESSITY, SUMMARY, World, at

AGREED = {
    "title": "Winter help",
    "purposes": " Early help \r\n\r\nAttendance\nEarly help",
    "lawful_bases": ["public task"],
    "sections": ["summary", "plan"],
    "impact_assessment": "DPIA-8",
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
    world: World, *, until: date | None = date(2026, 12, 18), **changed: object
) -> forms.Share:
    data = {
        "agreement": str(world.agreement.pk),
        "agency": str(world.school.pk),
        "purpose": "Early help",
        "lawful_basis": "public task",
        "necessity": NECESSITY,
        "sections": ["summary", "plan"],
        "summary": SUMMARY,
    }
    data |= typed("until", until) | changed
    return forms.Share(data, viewer=world.lead_worker, place=world.place)


def test_the_inputs_of_a_date_have_the_names_that_these_tests_type(world: World) -> None:
    drawn = str(forms.Share(viewer=world.lead_worker, place=world.place))
    assert all(f'name="{name}"' in drawn for name in typed("until", None))


def test_an_agreement_is_cleaned_to_the_commands_keywords(world: World) -> None:
    form = agree(world)
    assert form.is_valid(), form.errors
    signed = partners.commands.sign_agreement(by=world.signer, **form.cleaned_data)
    assert signed.purposes == ["Early help", "Attendance"]
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
    shared = partners.commands.share(world.place, by=world.lead_worker, **form.cleaned_data)
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
    form = share(world, agreement=str(other.pk))
    assert set(form.errors) == {"agency", "purpose", "lawful_basis", "sections", "until"}
    form = share(world, agency=str(lone.pk))
    assert list(form.errors) == ["agency"]


def test_only_what_agreements_in_force_allow_is_offered(world: World) -> None:
    lapsed = world.sign(title="Lapsed", purposes=["Old"], ends_on=date(2026, 11, 24))
    form = forms.Share(viewer=world.lead_worker, place=world.place)
    offered = {
        name: [value for value, _ in form.fields[name].choices]
        for name in form.fields
        if hasattr(form.fields[name], "choices")
    }
    assert offered == {
        "agreement": [str(world.agreement.pk)],
        "agency": [str(world.school.pk), str(world.charity.pk)],
        "purpose": ["Early help", "Attendance"],
        "lawful_basis": ["public task", "legal obligation"],
        "sections": ["summary", "chronology", "plan", "contributions"],
    }
    assert list(share(world, agreement=str(lapsed.pk)).errors) == ["agreement"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agreement": ""}, "agreement"),
        ({"agency": ""}, "agency"),
        ({"purpose": ""}, "purpose"),
        ({"lawful_basis": ""}, "lawful_basis"),
        ({"necessity": " "}, "necessity"),
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
