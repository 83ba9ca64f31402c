"""What each field makes of what is typed, and what it says when it cannot."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from hypothesis import example, given
from hypothesis import strategies as st

from govuk import fields, forms, widgets
from govuk.widgets import DateParts, MomentParts

# Everything that Python can hold in a string, halves of surrogate pairs included.
ANYTHING = st.text(st.characters(exclude_categories=()))
DIGITS = st.text("0123456789²٣x ", max_size=6)


def refusal(field, value):
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return caught.value


def said(field, value):
    [message] = refusal(field, value).messages
    return message


# Text


def test_text_is_trimmed_and_kept_on_one_line():
    assert fields.Text("Surname").clean("  O’Neill\r\n-Stone\t ") == "O’Neill -Stone"


def test_a_missing_answer_is_asked_for_in_the_words_of_the_label():
    assert said(fields.Text("Date of visit"), "") == "Enter date of visit"
    assert said(fields.Text("NHS number"), " ") == "Enter NHS number"
    assert said(fields.Text("What happened?"), "") == "Answer ‘What happened?’"
    assert said(fields.Radios("Outcome", choices=[("a", "A")]), "") == "Choose outcome"
    assert said(fields.Text("Surname", missing="Enter the child’s surname"), "") == (
        "Enter the child’s surname"
    )


def test_too_long_a_text_is_refused_and_never_cut():
    assert said(fields.Text("Surname", max_length=20), "x" * 21) == (
        "Surname must be 20 characters or fewer"
    )
    assert said(fields.TextArea("What happened?"), "x" * 10_000) == (
        "What happened must be 4,000 characters or fewer"
    )
    assert "maxlength" not in forms.Form().fields.get("x", fields.Text("Surname")).widget.attrs


def test_a_line_break_counts_as_one_character_however_it_is_sent():
    assert fields.TextArea("Note", max_length=3).clean("a\r\nb") == "a\nb"
    assert fields.TextArea("Note").clean("a\x0bb") == "a\nb"


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "a\x1bb", "\uffff"])
@pytest.mark.parametrize("field", [fields.Text("Name"), fields.TextArea("Name"), fields.Hidden()])
def test_characters_that_no_database_keeps_are_refused(field, bad):
    assert "character that cannot be kept" in said(field, bad)


def test_a_percent_sign_or_a_brace_in_a_label_does_no_harm():
    field = fields.Text("Share {0} of 100%", max_length=1)
    assert said(field, "xx") == "Share {0} of 100% must be 1 characters or fewer"
    assert said(field, "") == "Enter share {0} of 100%"


def test_a_password_is_taken_as_it_is_and_not_shown_again():
    form = forms.Form({"password": " hunter2 "})
    form.fields["password"] = fields.Password()
    assert form.is_valid()
    assert form.cleaned_data["password"] == " hunter2 "
    assert "hunter2" not in str(form)


# Choices


def test_a_choice_that_is_not_offered_is_refused_without_repeating_it():
    for field in (
        fields.Select("Area", choices=[("a", "A")]),
        fields.Radios("Area", choices=[("a", "A")]),
    ):
        assert refusal(field, "<b>\x00").messages == ["Choose one of the answers listed"]
    assert refusal(fields.Checkboxes("Area", choices=[("a", "A")]), ["z"]).messages == [
        "Choose one of the answers listed"
    ]


def test_a_value_that_is_sent_twice_is_ticked_once():
    boxes = fields.Checkboxes("Area", choices=[(1, "A"), (2, "B")], coerce=int)
    assert boxes.clean(["2", "1", "2", "2"]) == [2, 1]


def test_choices_are_coerced():
    field = fields.Select("Severity", choices=[(1, "Emerging"), (2, "Clear")], coerce=int)
    assert field.clean("2") == 2


def test_select_begins_with_a_prompt_that_is_no_answer():
    form = forms.Form()
    form.fields["area"] = fields.Select("Area", choices=[("a", "A")])
    assert '<option value="">Choose one</option>' in str(form)
    assert said(form.fields["area"], "") == "Choose area"


def test_yes_and_no_are_true_and_false_and_silence_is_neither():
    field = fields.YesNo("Seen alone?", required=False)
    assert [field.clean(v) for v in ("yes", "no", "", None)] == [True, False, None, None]
    assert refusal(field, "perhaps").messages == ["Choose one of the answers listed"]
    assert not field.has_changed(False, "no")


def test_a_tick_that_is_required_must_be_ticked():
    field = fields.Tick("I agree", required=True, missing="Confirm that you agree")
    assert field.clean(True) is True
    assert said(field, False) == "Confirm that you agree"
    assert fields.Tick("Only mine").clean(False) is False


# Dates

BORN = fields.Date("Date of birth", latest=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("typed", "words", "parts"),
    [
        (("", "3", "2012"), "Date of birth must include a day", ("day",)),
        (("27", "3", ""), "Date of birth must include a year", ("year",)),
        (("27", "", ""), "Date of birth must include a month and year", ("month", "year")),
        (("31", "2", "2012"), "Date of birth must be a real date", ()),
        (("²", "3", "2012"), "Date of birth must be a real date", ("day",)),
        (("٣", "3", "2012"), "Date of birth must be a real date", ("day",)),
        (("-1", "3", "2012"), "Date of birth must be a real date", ("day",)),
        (("32", "13", "2012"), "Date of birth must be a real date", ("day", "month")),
        (("1", "Ma", "2012"), "Date of birth must be a real date", ("month",)),
        (("9" * 10_000, "3", "2012"), "Date of birth must be a real date", ("day",)),
        (("1", "3", "9" * 10_000), "Date of birth must be a real date", ("year",)),
        (("1\x00", "3", "2012"), "Date of birth must be a real date", ("day",)),
        (("27", "3", "12"), "Year must include 4 numbers", ("year",)),
        (("1", "1", "1899"), "Date of birth must be the same as or after 1 January 1900", ()),
        (("24", "11", "2026"), "Date of birth must be the same as or before 23 November 2026", ()),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_where(typed, words, parts):
    error = refusal(BORN, DateParts(*typed))
    assert error.message == words
    assert error.parts == parts


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "MARCH", "Mar."])
def test_a_month_may_be_a_name(month):
    assert BORN.clean(DateParts(" 27", month, "2012 ")) == date(2012, 3, 27)


def test_a_date_left_out():
    assert said(BORN, DateParts()) == "Enter date of birth"
    assert fields.Date("Date", required=False).clean(DateParts(" ", "", "")) is None


def test_the_latest_day_is_asked_at_every_clean():
    today = date(2026, 11, 23)
    field = fields.Date("Seen on", latest=lambda: today)
    tomorrow = DateParts("24", "11", "2026")
    assert "before 23 November 2026" in said(field, tomorrow)
    today += timedelta(days=1)
    assert field.clean(tomorrow) == date(2026, 11, 24)


@given(st.dates(date(1900, 1, 1), date(9999, 12, 31)))
def test_every_real_date_comes_back(day):
    shown = widgets.Date().format_value(day)
    assert fields.Date("Day").clean(shown) == day


@given(st.tuples(*[DIGITS | ANYTHING] * 4))
@example(("²", "1", "2000", "10:00"))
@example(("1", "1", "0000", "10:00"))
@example(("31", "12", "9999", "23:59"))
def test_whatever_is_typed_a_date_is_a_date_or_refused(typed):
    for field, parts in (
        (fields.Date("Day", required=False), DateParts(*typed[:3])),
        (fields.DateTime("Moment", required=False), MomentParts(*typed)),
    ):
        try:
            value = field.clean(parts)
        except ValidationError as refused:
            assert refused.messages  # noqa: PT017
        else:
            assert value is None or isinstance(value, date)


@pytest.mark.parametrize("value", ["2012-03-27", 20120327, ("27", "3"), (27, 3, 2012), {"a": 1}])
def test_what_is_no_typed_date_is_refused(value):
    assert said(BORN, value) == "Date of birth must be a real date"


# Moments

HAPPENED = fields.DateTime("When it happened", latest=datetime(2026, 11, 23, 14, 5, tzinfo=UTC))


def moment(day, month, year, time):
    return HAPPENED.clean(MomentParts(day, month, year, time))


def test_a_moment_is_london_time_turned_to_utc():
    assert moment("20", "7", "2026", "14:05") == datetime(2026, 7, 20, 13, 5, tzinfo=UTC)
    assert moment("20", "1", "2026", "14:05") == datetime(2026, 1, 20, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["14:05", "1405", "14.05", "2:05pm", "2.05 PM", "02:05pm"])
def test_a_time_of_day_is_taken_as_people_write_it(typed):
    assert moment("20", "1", "2026", typed) == datetime(2026, 1, 20, 14, 5, tzinfo=UTC)


def test_midnight_and_noon():
    assert moment("20", "1", "2026", "12am").hour == 0
    assert moment("20", "1", "2026", "12pm").hour == 12


@pytest.mark.parametrize(
    "typed", ["24:00", "14:60", "14", "13pm", "0am", "½", "14:05:09", "noonish"]
)
def test_a_time_that_no_clock_shows_is_refused(typed):
    error = refusal(HAPPENED, MomentParts("20", "1", "2026", typed))
    assert error.message == "When it happened must include a real time, like 14:05"
    assert error.parts == ("time",)


def test_a_moment_without_its_time():
    assert said(HAPPENED, MomentParts("20", "1", "2026", "")) == (
        "When it happened must include a time"
    )


def test_the_hour_that_the_clocks_skip_is_refused():
    assert "The clocks went forward" in said(HAPPENED, MomentParts("29", "3", "2026", "01:30"))


def test_of_the_hour_that_comes_twice_the_first_is_meant():
    assert moment("25", "10", "2026", "01:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_moment_to_come_is_refused():
    assert said(HAPPENED, MomentParts("23", "11", "2026", "14:06")) == (
        "When it happened must not be after 23 November 2026 at 14:05"
    )
    assert moment("23", "11", "2026", "14:05")


def test_a_moment_is_shown_in_london_time():
    form = forms.Form(initial={"at": datetime(2026, 7, 20, 23, 30, tzinfo=UTC)})
    form.fields["at"] = fields.DateTime("When?")
    drawn = str(form)
    assert 'name="at-day" type="text" value="21"' in drawn
    assert 'name="at-time" type="text" value="00:30"' in drawn


@given(st.datetimes(datetime(1971, 1, 1), datetime(2400, 1, 1), timezones=st.just(UTC)))
def test_every_moment_but_the_second_of_a_doubled_hour_comes_back(at):
    at = at.replace(second=0, microsecond=0)
    again = fields.DateTime("Moment").clean(widgets.Moment().format_value(at))
    assert at - again in (timedelta(0), timedelta(hours=1))


# All of them together


class Everything(forms.Form):
    text = fields.Text("Text")
    area = fields.TextArea("Area", count=True)
    password = fields.Password()
    hidden = fields.Hidden()
    select = fields.Select("Select", choices=[("a", "A")])
    radios = fields.Radios("Radios", choices=[("a", "A")], reveals={"a": "more"})
    more = fields.Text("More")
    boxes = fields.Checkboxes("Boxes", choices=[("a", "A")])
    yes = fields.YesNo("Yes?")
    tick = fields.Tick("Tick")
    day = fields.Date("Day")
    moment = fields.DateTime("Moment")


NAMES = [
    *(name for name in Everything.base_fields if name not in ("day", "moment")),
    *(f"day-{part}" for part in DateParts._fields),
    *(f"moment-{part}" for part in MomentParts._fields),
]


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(ANYTHING | st.just("a"), max_size=2)))
def test_whatever_is_sent_the_form_answers_and_can_be_shown_again(sent):
    form = Everything(MultiValueDict(sent))
    form.is_valid()
    str(form).encode()  # as the response does


@pytest.mark.parametrize("name", NAMES)
def test_half_a_character_is_shown_again_as_a_mark(name):
    form = Everything(MultiValueDict({name: ["x\ud800\x00"]}))
    assert form.errors
    str(form).encode()


def test_a_form_that_is_sent_as_utf_7_with_half_a_character_in_it_is_shown_again():
    half = b"text=" + b"%2B2AA-"
    sent = QueryDict(half, encoding="utf-7")
    assert "\ud800" in sent["text"]
    str(Everything(sent)).encode()
