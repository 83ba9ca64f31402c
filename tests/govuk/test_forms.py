"""How a form is put together: order, what opens beneath a choice, errors that belong nowhere."""

import pytest

from govuk import fields, forms
from tests.govuk.markup import elements, ids


class Told(forms.Form):
    token = fields.Hidden(required=False)
    told = fields.YesNo("Have you told the family?", reveals={"no": "why_not"})
    why_not = fields.TextArea("Why not?")
    note = fields.Text("Note", required=False)


def test_an_answer_beneath_a_choice_is_required_only_while_it_is_chosen():
    assert Told({"told": "no"}).errors == {"why_not": ["Answer ‘Why not?’"]}
    assert Told({"told": "yes"}).is_valid()


def test_an_answer_beneath_a_choice_that_was_not_made_does_not_count():
    form = Told({"told": "yes", "why_not": "He was out\x00"})
    assert form.is_valid()
    assert form.cleaned_data["why_not"] == ""
    # The words are still there should the person change their mind.
    assert "He was out" in str(form)


def test_checkboxes_open_what_is_beneath_them_too():
    class Seen(forms.Form):
        seen = fields.Checkboxes(
            "Seen", choices=[("cold", "Cold"), ("other", "Other")], reveals={"other": "what"}
        )
        what = fields.Text("What else?")

    assert Seen({"seen": ["cold"]}).is_valid()
    assert "what" in Seen({"seen": ["cold", "other"]}).errors


def test_what_is_beneath_a_choice_is_drawn_there_and_once():
    drawn = str(Told())
    assert drawn.count('name="why_not"') == 1
    [item] = elements(drawn, "div", id="conditional-id_told-2")
    assert item["class"] == ["govuk-radios__conditional"]
    assert drawn.index('id="conditional-id_told-2"') < drawn.index('name="why_not"')


def test_yes_and_no_stand_side_by_side_unless_something_opens_beneath():
    assert "govuk-radios--inline" not in str(Told())
    form = forms.Form()
    form.fields["seen"] = fields.YesNo("Seen?")
    assert "govuk-radios--inline" in str(form)


def test_an_answer_that_may_be_left_out_says_so():
    assert "Note (optional)" in str(Told())
    assert "Have you told the family? (optional)" not in str(Told())

    class Search(Told):
        mark_optional = False

    assert "(optional)" not in str(Search())


def test_errors_of_the_whole_form_stand_at_its_top():
    form = Told({"told": "yes"})
    form.add_error(None, "This is <known> already")
    assert "form-errors" in ids(str(form))
    assert "This is &lt;known&gt; already" in str(form)
    assert Told({"told": "yes"}, prefix="a").errors_id == "a-form-errors"


def test_a_hidden_field_is_not_lost_and_its_error_is_said():
    class Sent(forms.Form):
        key = fields.Hidden("The form’s key")

    form = Sent({"key": ""})
    assert form.unplaced_errors() == ["Enter the form’s key"]
    assert '<input type="hidden" name="key"' in str(form)


def test_no_browser_check_speaks_before_the_server():
    drawn = str(Told({}))
    assert not [own for own in elements(drawn) if "required" in own or "aria-invalid" in own]


def test_all_errors_of_a_field_are_shown():
    form = Told({"told": "yes"})
    form.add_error("note", "First thing")
    form.add_error("note", "Second <thing>")
    assert "First thing<br>Second &lt;thing&gt;" in str(form["note"].as_field_group())


@pytest.mark.parametrize("name", ["told", "note"])
def test_a_field_can_be_drawn_by_itself(name):
    assert str(Told()[name].as_field_group()).startswith('<div class="govuk-form-group">')
