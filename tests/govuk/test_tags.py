"""The tags of templatetags/govuk.py, beyond their markup."""

from datetime import UTC, date, datetime

import pytest
from django.forms import formset_factory
from django.template import TemplateSyntaxError, engines

from govuk import fields, forms
from tests.govuk.markup import elements, ids


def rendered(source, **context):
    return engines["django"].from_string("{% load govuk %}" + source).render(context)


class Child(forms.Form):
    name = fields.Text("Name")
    born = fields.Date("Date of birth")
    safe = fields.YesNo("Is the child safe?", reveals={"no": "why"})
    why = fields.Text("Why?")


def summary(*all_forms):
    names = {f"form{i}": form for i, form in enumerate(all_forms)}
    drawn = rendered("{% error_summary " + " ".join(names) + " %}", **names)
    links = [own["href"] for own in elements(drawn, "a")]
    return drawn, links


def test_every_error_leads_to_an_input_that_is_on_the_page():
    form = Child({"born-day": "1", "born-month": "1", "safe": "no"})
    form.add_error(None, "The whole is wrong")
    _, links = summary(form)
    assert links == ["#form-errors", "#id_name", "#id_born-year", "#id_why"]
    assert {link[1:] for link in links} <= ids(str(form))


def test_an_error_of_radios_leads_to_the_first_of_them():
    form = Child({"name": "A", "born-day": "1", "born-month": "1", "born-year": "2012"})
    assert summary(form)[1] == ["#id_safe"]
    assert "id_safe" in ids(str(form))


def test_several_forms_and_formsets_share_one_summary():
    sent = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-name": "Ada"}
    formset = formset_factory(Child)(sent | {"form-1-name": "", "form-1-safe": "yes"})
    first = Child({"safe": "yes"}, prefix="first")
    drawn, links = summary(first, None, "", formset)
    assert drawn.count("govuk-error-summary__title") == 1
    assert "#id_first-name" in links
    assert "#id_form-1-name" in links
    shown = ids(str(first) + "".join(str(form) for form in formset))
    assert {link[1:] for link in links} <= shown


def test_an_error_of_a_whole_formset_is_said_without_a_link():
    formset = formset_factory(Child, min_num=1, validate_min=True)(
        {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"}
    )
    drawn, _ = summary(formset)
    assert "Please submit at least 1 form" in drawn
    assert "<a" not in drawn


def test_no_errors_no_summary():
    assert (
        rendered("{% error_summary form %}{% error_summary nothing %}", form=Child()).strip() == ""
    )


def test_the_title_says_error_only_when_there_is_one():
    source = "{% error_prefix form other %}Log a contact"
    assert rendered(source) == "Log a contact"
    assert rendered(source, form=Child()) == "Log a contact"
    assert rendered(source, form=Child({})) == "Error: Log a contact"
    assert rendered(source, form=Child(), other=Child({})) == "Error: Log a contact"


@pytest.mark.parametrize(
    "source",
    [
        "{% button text %}",
        "{% button text href=text %}",
        "{% tag text %}",
        "{% badge text %}",
        "{% warning text %}",
        "{% inset %}{{ text }}{% endinset %}",
        "{% details text %}{{ text }}{% enddetails %}",
        "{% summary_list %}{% summary_row text action=text action_url=text %}{{ text }}"
        "{% endsummary_row %}{% endsummary_list %}",
        "{% back_link text text %}",
        "{% pagination next=text next_label=text %}",
        "{% timeline_item text by=text %}{{ text }}{% endtimeline_item %}",
        "{% moj_banner text %}",
        "{% ticket_panel %}{{ text }}{% endticket_panel %}",
        "{% table text %}{% endtable %}",
        "{% notification_banner text title=text %}",
    ],
)
def test_what_a_page_gives_to_a_tag_is_escaped(source):
    drawn = rendered(source, text='"><script>alert(1)</script>')
    assert "<script>" not in drawn
    assert "script&gt;alert(1)" in drawn


@pytest.mark.parametrize(
    "source",
    [
        "{% tag 'Late' 'scarlet' %}",
        "{% badge 'Late' 'pink' %}",
        "{% button 'Go' kind='big' %}",
        "{% moj_banner 'Look' 'loud' %}",
        "{% ticket_panel 'pink' %}{% endticket_panel %}",
    ],
)
def test_a_colour_or_kind_that_does_not_exist_is_a_mistake(source):
    with pytest.raises(TemplateSyntaxError, match="is not one of"):
        rendered(source)


def test_a_blank_value_of_a_summary_list_says_so():
    drawn = rendered(
        "{% summary_row 'School' %} {{ nothing }}{% endsummary_row %}"
        "{% summary_row 'Phone' empty='Not asked' %}{% endsummary_row %}"
    )
    assert "Not recorded" in drawn
    assert "Not asked" in drawn


def test_the_action_of_a_row_says_what_it_changes():
    drawn = rendered("{% summary_row 'Date of birth' action_url='/x' %}1{% endsummary_row %}")
    assert 'Change<span class="govuk-visually-hidden"> date of birth</span>' in drawn


def test_no_pages_no_pagination():
    assert rendered("{% pagination previous=none next='' %}", none=None).strip() == ""


def test_a_timeline_takes_days_and_moments():
    source = "{% timeline_item 'Met' at=at level=4 %}{% endtimeline_item %}"
    drawn = rendered(source, at=datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
    assert '<time datetime="2026-07-01T12:00:00+00:00">1 July 2026 at 13:00</time>' in drawn
    assert '<h4 class="moj-timeline__title">' in drawn
    assert '<time datetime="2026-07-01">1 July 2026</time>' in rendered(source, at=date(2026, 7, 1))


def test_dates_in_words():
    drawn = rendered(
        "{{ day|date_long }}|{{ at|datetime_long }}|{{ none|date_long }}|{{ none|datetime_long }}",
        day=date(2026, 11, 23),
        at=datetime(2026, 11, 23, 14, 5, tzinfo=UTC),
        none=None,
    )
    assert drawn == "23 November 2026|23 November 2026 at 14:05||"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], ""),
        (["Plan"], "Plan"),
        (["Summary", "Plan"], "Summary and Plan"),
        (["Summary", "Chronology", "Plan"], "Summary, Chronology and Plan"),
    ],
)
def test_a_list_is_said_as_in_a_sentence(words, said):
    assert rendered("{{ words|in_a_sentence }}", words=words) == said
