"""The run by hand."""

import pytest
from django.core.management import CommandError, call_command

from risk.models import Model, Reading, Run, RunState
from tests import factories
from tests.risk.commands.children import BORN, observe


@pytest.mark.django_db
def test_the_run_by_hand(officer, system, capsys):
    observe(factories.child(born=BORN), "EXP08", by=officer)
    call_command("recalculate_risk", "--inline")
    said = capsys.readouterr().out
    assert " as of 24 November 2026 is done: 1 people by model 1, 0 readings changed, " in said
    assert (
        "at risk of harm: nothing recorded 0, early conversation 0, coordinated help 0, "
        "consult the hub 1\n"
    ) in said
    assert Run.objects.get().state == RunState.DONE


@pytest.mark.django_db
def test_by_hand_through_the_workers(system, sent, capsys):
    call_command("recalculate_risk", "--as-of", "2026-11-20")
    run = Run.objects.get()
    assert sent() == [("risk.tasks.recalculate_all", [run.pk])]
    assert capsys.readouterr().out == (
        f"Run {run.pk} as of 20 November 2026 is waiting for a worker.\n"
    )


@pytest.mark.django_db
def test_one_child_by_hand(officer, system, capsys):
    child = factories.child(born=BORN)
    call_command("recalculate_risk", "--person", str(child.pk))
    assert capsys.readouterr().out == f"Child {child.pk} is read anew.\n"
    assert Reading.objects.filter(pk=child.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--as-of", "2026-11-25"], "The date must be today or in the past."),
        (["--as-of", "9999-12-31"], "The date must be today or in the past."),
        (["--as-of", "20 November"], "'20 November' is not a date like 2026-11-20"),
        (["--person", "1", "--as-of", "2026-11-20"], "A reading is as of today."),
        (["--person", "9" * 30], "No person has this number."),
        (["--person", "0"], "No person has this number."),
        (["--person", "Robin"], "'Robin' is not a number"),
    ],
)
def test_by_hand_what_makes_no_sense_is_refused(system, arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("recalculate_risk", *arguments)
    assert not Run.objects.exists()


@pytest.mark.django_db
def test_by_hand_a_failure_is_said_in_a_line(system):
    Model.objects.all().delete()
    with pytest.raises(CommandError, match=r"No risk model is live. Run: manage.py load_catalogue"):
        call_command("recalculate_risk", "--inline")
    assert Run.objects.get().state == RunState.FAILED
