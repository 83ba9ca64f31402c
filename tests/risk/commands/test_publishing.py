"""Publishing a model."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

import risk.commands
from accounts.models import Role
from audit.denied import NotAllowed
from audit.models import Entry
from risk import scoring
from risk.model_default import default_model
from risk.models import Model, Reading, Run
from tests import factories
from tests.risk.commands.children import BORN, CATALOGUE, figures, history_of, observe


def heavier(number: int, weight: float = 2.5) -> scoring.Model:
    """The default model with one weight of its own."""
    model = default_model(CATALOGUE, number)
    rule = replace(model.indicators["PEE03"], weights={"13-15": weight})
    return replace(model, indicators={**model.indicators, "PEE03": rule})


@pytest.mark.django_db
def test_no_model_goes_live_that_fails_a_vignette(system):
    lax = replace(
        default_model(CATALOGUE, number=2),
        bands=default_model(CATALOGUE).bands | {"harm_to_child": (0.0, 50.0, 60.0)},
    )
    with pytest.raises(ValidationError) as refused:
        risk.commands.publish_model(lax, title="Lax", reason="Fewer calls", by=system)
    said = [message for message in refused.value.messages if message.startswith("V02 ")]
    assert said == [
        "V02 (14, one clear, confirmed sign of sexual exploitation): "
        "harm_to_child reads early conversation, not consult the hub"
    ]
    assert Model.objects.get().number == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": 1}, "The number must be above 1, the last model's."),
        (
            {"bands": default_model(CATALOGUE).bands | {"need": (0.0, 12.0, 6.0)}},
            "The limits of need must rise: (0.0, 12.0, 6.0).",
        ),
        (
            {"indicators": {"NEW1": default_model(CATALOGUE).indicators["IND01"]}},
            "NEW1 is not in the catalogue.",
        ),
    ],
)
def test_a_model_that_makes_no_sense_is_refused(system, change, said):
    model = replace(default_model(CATALOGUE, number=2), **change)
    with pytest.raises(ValidationError) as refused:
        risk.commands.publish_model(model, title="Odd", reason="A slip", by=system)
    assert said in refused.value.messages


@pytest.mark.django_db
def test_publishing_is_for_those_who_may(officer):
    with pytest.raises(NotAllowed):
        risk.commands.publish_model(heavier(2), title="Mine", reason="I like it", by=officer)
    assert Model.objects.count() == 1


@pytest.mark.django_db
def test_a_published_model_is_kept_whole_and_on_record(system):
    published = risk.commands.publish_model(heavier(7), title="T", reason="Because", by=system)
    assert Model.objects.first() == published
    assert published.rules() == heavier(7)
    entry = Entry.objects.order_by("-pk").first()
    assert (entry.verb, entry.reason) == ("publish risk model", "Because")
    assert entry.records == {"model": published.pk, "number": 7}


@pytest.mark.django_db
def test_a_new_model_has_everybody_read_again(system, officer, sent):
    child, other = factories.child(born=BORN), factories.child(born=BORN)
    observe(child, "PEE03", by=officer)
    observe(other, "EXP01", by=officer)
    published = risk.commands.publish_model(heavier(2), title="T", reason="R", by=system)
    run = Run.objects.get()
    assert sent() == [("risk.tasks.recalculate_all", [run.pk])]
    risk.commands.recalculate_all(run, by=system)
    assert figures(child) == (0, 0, 2.5)
    # Who reads the same by both models is read by the new one too.
    assert {row.model for row in Reading.objects.all()} == {published}
    assert history_of(other) == [2.0]


@pytest.mark.django_db
def test_the_default_model_is_published_once(system):
    live = Model.objects.get()
    assert live.rules() == default_model(CATALOGUE)
    assert risk.commands.publish_default(CATALOGUE, by=system) is None
    assert Model.objects.get() == live


@pytest.mark.django_db
def test_the_default_model_follows_the_catalogue(system):
    row = Model.objects.get().indicators.get(indicator__code="PEE03")
    row.weight_13_15 = 9
    row.save()
    published = risk.commands.publish_default(CATALOGUE, by=system)
    assert (published.number, published.rules()) == (2, default_model(CATALOGUE, 2))


@pytest.mark.django_db
def test_the_default_model_never_replaces_a_forces_own(system):
    own = risk.commands.publish_model(heavier(2), title="Ours", reason="R", by=system)
    own.published_by = factories.user(Role.ADMINISTRATOR)
    own.save()
    assert risk.commands.publish_default(CATALOGUE, by=system) is None
    assert Model.objects.first() == own


@pytest.mark.django_db
def test_load_catalogue_again_changes_nothing(system, capsys):
    before = list(Model.objects.values())
    call_command("load_catalogue")
    assert capsys.readouterr().out == "68 indicators. The risk model stays as it is.\n"
    assert list(Model.objects.values()) == before
