"""Every relation to a child is covered: a record is kept for itself, or goes with one that is.

From the first day, so that disposal, which comes later, finds nothing that nobody thought of. A new
table that fails here gets one line in its model: DEVELOPERS.md, 'A table'.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Field

from accounts.models import User
from audit.models import Entry
from cases import keeping, retention
from cases.models import Kept, Person
from tests.architecture.test_house import OURS

# What tables of children may point to that holds nothing of a child.
NOTHING_OF_CHILDREN = {
    *("User", "Agency", "Team", "Area", "Group", "Permission"),
    *("Indicator", "Model", "Service", "Scale", "Agreement"),
}
# The rows of these have one of their keys, as a constraint of the table says.
ONE_OF_THEM = {
    "DutyCall": "a_call_is_about_one_thing",
    "ContactDraft": "kept_apart",
    "BreakGlass": "kept_apart",
    "KeptSearch": "kept_apart",
    "PartnerText": "text_of_an_event_or_a_contact",
}
MODELS = [
    model
    for app in OURS
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
]
ById = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def keys(model: type[models.Model]) -> Iterator[Field]:
    """Its foreign keys, one-to-one and hidden ones too, and links of many to many."""
    for field in model._meta.get_fields(include_hidden=True):
        is_key = isinstance(field, models.ForeignKey | models.ManyToManyField)
        if is_key and not field.auto_created:
            yield field


def of_children() -> set[type[models.Model]]:
    """Every table from which some way of keys leads to a record of children."""
    found: set[type[models.Model]] = {model for model in MODELS if issubclass(model, Kept)}
    while True:
        more = {
            model
            for model in MODELS
            if model not in found and any(key.related_model in found for key in keys(model))
        }
        if not more:
            return found
        found |= more


OF_CHILDREN = of_children()
NAMES = {model.__name__ for model in OF_CHILDREN}


def uncovered(model: type[models.Model]) -> str:
    """What is wrong with how a table is kept; '' where nothing is."""
    if model not in OF_CHILDREN:
        return "" if not holds_ids(model) or apart(model) else "may hold ids: say `kept_apart`"
    if issubclass(model, Kept):
        return "" if model in keeping.WORKED_OUT else "Kept, and no function works it out"
    strange = {key.related_model.__name__ for key in keys(model)} - NOTHING_OF_CHILDREN - NAMES
    if strange:
        return f"points to {strange}: Kept, with a `goes_with`, or nothing of children?"
    named = set(getattr(model, "goes_with", ()))
    to_children = {key.name: key for key in keys(model) if key.related_model in OF_CHILDREN}
    if named != set(to_children):
        return f"`goes_with` must name {sorted(to_children)}, and names {sorted(named)}"
    if all(key.null for key in to_children.values()) and model.__name__ not in ONE_OF_THEM:
        return "no key is always there: nothing would take it along"
    return ""


def apart(model: type[models.Model]) -> str:
    return getattr(model, "kept_apart", "")


def holds_ids(model: type[models.Model]) -> bool:
    """Whether a column could carry ids or copies of children's records that no key shows."""
    return any(
        isinstance(field, models.JSONField | models.BinaryField)
        or (isinstance(field, ArrayField) and isinstance(field.base_field, models.IntegerField))
        for field in model._meta.get_fields()
    )


@ById
def test_every_table_of_children_is_kept_or_goes_with_one_that_is(
    model: type[models.Model],
) -> None:
    assert not uncovered(model), f"{model.__name__}: {uncovered(model)}"


def test_nothing_is_said_that_the_tables_do_not_say() -> None:
    for model in MODELS:
        if model not in OF_CHILDREN:
            assert not hasattr(model, "goes_with"), model
    for name, constraint in ONE_OF_THEM.items():
        model = next(each for each in MODELS if each.__name__ == name)
        names = {each.name for each in model._meta.constraints}
        assert constraint in names or getattr(model, constraint, ""), name


def test_the_walk_finds_what_is_known_to_be_of_children() -> None:
    assert {"Reading", "Feedback", "PlaceGroupPermission", "ReferralChild", "LegalHold"} <= NAMES
    assert not NAMES & (NOTHING_OF_CHILDREN | {"Entry", "FrozenData"})


@pytest.fixture
def letter() -> Iterator[type[models.Model]]:
    """A table that nobody thought of, for one test."""

    class Letter(models.Model):
        child = models.ForeignKey(Person, models.PROTECT, related_name="+")
        read_by = models.ForeignKey(Entry, models.PROTECT, related_name="+")

        class Meta:
            app_label = "cases"
            managed = False

        def __str__(self) -> str:
            return "Letter"

    OF_CHILDREN.add(Letter)
    yield Letter
    OF_CHILDREN.discard(Letter)
    del apps.all_models["cases"]["letter"]
    apps.clear_cache()


def test_a_table_that_nobody_thought_of_is_named(letter: type[models.Model]) -> None:
    """A rule never seen red is not a rule."""
    assert "points to {'Entry'}" in uncovered(letter)
    letter._meta.get_field("read_by").remote_field.model = User
    letter._meta.get_field("read_by").__dict__.pop("related_model", None)
    assert "must name ['child']" in uncovered(letter)
    letter.goes_with = ("child",)
    assert not uncovered(letter)


def test_each_kind_of_record_leads_to_its_children() -> None:
    assert set(keeping.kinds()) == {"person", "contact", "case", "referral"}
    for model in keeping.WORKED_OUT:
        assert model._default_manager.filter(**{model.people: 1}).query
        assert {model._meta.get_field(name).db_default for name in ("category", "review_on")} == {
            retention.NOT_WORKED_OUT,
            retention.NOT_YET,
        }
