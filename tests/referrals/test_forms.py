"""What the forms offer, clean and refuse."""

import pytest

import referrals.commands
from accounts.models import Role, User
from referrals import forms
from tests import factories
from tests.referrals.conftest import World

SAID = {"reason": "Hungry", "wanted": "", "agreed": "yes", "agreed_why_not": ""}
DECIDED = {"decision": "decline", "reason": "Known", "answer": "Thank you"}


def refer(world: World, **changed: object) -> forms.Referral:
    typed = SAID | {"children": [str(world.child.pk)]} | changed
    return forms.Referral(typed, children=[world.child, world.sibling])


def decide(world: World, **changed: object) -> forms.Decision:
    return _decision(world.triager, DECIDED | changed)


def _decision(viewer: User, *typed: object) -> forms.Decision:
    return forms.Decision(*typed, viewer=viewer, referrer=viewer.agency, safe={})


def test_a_referral_is_cleaned_to_the_commands_keywords(world: World) -> None:
    form = refer(world)
    assert form.is_valid(), form.errors
    made = referrals.commands.make_referral(
        contact=world.contact, by=world.officer, **form.cleaned_data
    )
    assert [row.person for row in made.children.all()] == [world.child]


def test_only_the_children_offered_can_be_chosen(world: World) -> None:
    form = refer(world, children=[str(factories.child("Kim").pk)])
    assert list(form.errors) == ["children"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"children": []}, "children"),
        ({"reason": " "}, "reason"),
        ({"agreed": ""}, "agreed"),
        ({"agreed": "perhaps"}, "agreed"),
        ({"agreed": "no"}, "agreed_why_not"),
        ({"agreed": "not asked"}, "agreed_why_not"),
        ({"agreed": "no", "agreed_why_not": "x" * 301}, "agreed_why_not"),
        ({"wanted": "x" * 301}, "wanted"),
    ],
)
def test_a_referral_says_what_is_missing(
    world: World, changed: dict[str, object], field: str
) -> None:
    form = refer(world, **changed)
    assert list(form.errors) == [field]
    assert len(form.errors[field]) == 1


def test_a_decision_other_than_to_accept_needs_no_team(world: World) -> None:
    form = decide(world)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == DECIDED | {"family_name": "", "team": None, "lead_worker": None}


def test_to_accept_takes_a_family_name_a_team_and_a_lead_worker(world: World) -> None:
    form = decide(world, decision="accept")
    assert list(form.errors) == ["family_name", "team", "lead_worker"]
    form = decide(
        world,
        decision="accept",
        family_name="Example",
        team=str(world.team.pk),
        lead_worker=str(world.lead_worker.pk),
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["team"] == world.team
    assert form.cleaned_data["lead_worker"] == world.lead_worker


def test_the_hub_and_those_who_lead_nothing_are_not_offered(world: World) -> None:
    form = decide(
        world,
        decision="accept",
        family_name="Example",
        team=str(world.hub.pk),
        lead_worker=str(world.officer.pk),
    )
    assert list(form.errors) == ["team", "lead_worker"]


def test_a_lead_worker_is_offered_with_their_team(world: World) -> None:
    assert "Lee Leader (Early help team)" in str(_decision(world.triager))


def test_nobody_is_offered_to_whoever_decides_nothing(world: World) -> None:
    form = _decision(factories.user(Role.OFFICER))
    assert [form.fields[name].choices for name in ("team", "lead_worker")] == [[], []]


@pytest.mark.parametrize("missing", DECIDED)
def test_a_decision_says_what_is_missing(world: World, missing: str) -> None:
    assert list(decide(world, **{missing: ""}).errors) == [missing]
