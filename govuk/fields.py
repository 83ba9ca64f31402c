"""Form fields that draw themselves with the GOV.UK design system and say errors its way.

    class Child(govuk.forms.Form):
        first_name = fields.Text("First name", width=20, autocomplete="off")
        born_on = fields.Date("Date of birth", hint="For example, 27 3 2012", latest=clock.today)
        is_safe = fields.Radios("Is the child safe now?", choices=Safe, reveals={"no": "why"})

Every field takes `label` first, then by keyword `hint`, `label_size` (s, m, l, xl),
`label_is_page_heading`, `subject` (what errors call it, the label unless said), `missing` (the
error when a required answer is left out), `group_class`, and what Django's fields take.
Whatever is typed, clean() returns a value or raises ValidationError, never anything else.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from govuk import widgets
from govuk.characters import keepable, with_plain_line_breaks
from govuk.dates import LONDON, MONTHS, date_in_words, moment_in_words
from govuk.widgets import DateParts, MomentParts

__all__ = [
    "Checkboxes",
    "Date",
    "DateTime",
    "Email",
    "Hidden",
    "Password",
    "Radios",
    "Select",
    "Text",
    "TextArea",
    "Tick",
    "YesNo",
]

FIRST_DAY = date(1900, 1, 1)
FIRST_MOMENT = datetime.combine(FIRST_DAY, time(), tzinfo=LONDON)


class Worded(forms.Field):
    """What every field has: its words, and where they stand."""

    ask = "Enter"

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        label_size: str = "",
        label_is_page_heading: bool = False,
        subject: str = "",
        missing: str = "",
        group_class: str = "",
        error_messages: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.label_size, self.label_is_page_heading = label_size, label_is_page_heading
        self.group_class = group_class
        self.subject = subject or label.rstrip("?")
        required = missing or (
            f"Answer ‘{label}’" if label.endswith("?") else f"{self.ask} {_inside(self.subject)}"
        )
        messages = {"required": required} | dict(error_messages or {})
        super().__init__(label=label, help_text=hint, error_messages=messages, **kwargs)

    def saying(self, code: str, **words: object) -> str:
        """The error of this code, in the field's own words."""
        return str(self.error_messages[code]).format(subject=self.subject, **words)


class Text(Worded, forms.CharField):
    """One line. White space at the ends is dropped. Too long a text is refused, never cut."""

    default_error_messages = {
        "too_long": "{subject} must be {limit:,} characters or fewer",
        "unkeepable": "{subject} has a character that cannot be kept. Delete it and type it again",
    }

    def __init__(
        self,
        label: str,
        *,
        max_length: int = 200,
        width: int | str = "",
        autocomplete: str = "",
        inputmode: str = "",
        spellcheck: bool | None = None,
        prefix: str = "",
        suffix: str = "",
        widget: forms.Widget | None = None,
        **kwargs: Any,
    ) -> None:
        self.longest = max_length
        attrs = {
            "autocomplete": autocomplete,
            "inputmode": inputmode,
            "spellcheck": _word(spellcheck),
        }
        drawn = widget or widgets.Text(width=width, prefix=prefix, suffix=suffix, attrs=attrs)
        super().__init__(label, widget=drawn, **kwargs)

    def to_python(self, value: Any) -> str:
        tidy = self.tidy(value) if isinstance(value, str) else value
        text = super().to_python(tidy) or ""
        if not keepable(text):
            raise ValidationError(self.saying("unkeepable"), code="unkeepable")
        if len(text) > self.longest:
            raise ValidationError(self.saying("too_long", limit=self.longest), code="too_long")
        return text

    def tidy(self, value: str) -> str:
        """One line: a pasted line break or tab is a space."""
        return with_plain_line_breaks(value).replace("\n", " ").replace("\t", " ")


class TextArea(Text):
    """Several lines. `count=True` shows how many characters are left."""

    def __init__(
        self,
        label: str,
        *,
        max_length: int = 4000,
        rows: int = 5,
        count: bool = False,
        spellcheck: bool | None = None,
        **kwargs: Any,
    ) -> None:
        drawn = widgets.TextArea(
            rows=rows, spellcheck=_word(spellcheck), count_to=max_length if count else None
        )
        super().__init__(label, max_length=max_length, widget=drawn, **kwargs)

    def tidy(self, value: str) -> str:
        return with_plain_line_breaks(value)


class Email(Text):
    def __init__(self, label: str, *, width: int | str = "", **kwargs: Any) -> None:
        attrs = {"autocomplete": "email", "spellcheck": "false"}
        drawn = widgets.Text(input_type="email", width=width, attrs=attrs)
        wrong = "Enter an email address in the correct format, like name@example.com"
        super().__init__(
            label, max_length=254, widget=drawn, validators=[EmailValidator(wrong)], **kwargs
        )


class Password(Text):
    """Never shown again after sending. White space counts."""

    def __init__(
        self, label: str = "Password", *, autocomplete: str = "current-password", **kwargs: Any
    ) -> None:
        drawn = widgets.Password(autocomplete=autocomplete)
        super().__init__(label, max_length=1000, widget=drawn, strip=False, **kwargs)

    def tidy(self, value: str) -> str:
        return value


class Hidden(Text):
    """Carried by the form and not seen. Its errors stand in the summary without a link."""

    def __init__(self, label: str = "A hidden value", **kwargs: Any) -> None:
        super().__init__(label, widget=widgets.Hidden(), **kwargs)


class Choosing(Worded):
    """Choices are pairs of value and words, or a Choices class; `coerce` turns the value."""

    ask = "Choose"
    default_error_messages = {
        "invalid_choice": "Choose one of the answers listed",
        "invalid_list": "Choose from the answers listed",
    }


class Select(Choosing, forms.TypedChoiceField):
    """`prompt` is the first, empty line. None leaves it out."""

    def __init__(
        self,
        label: str,
        *,
        choices: Any = (),
        prompt: str | None = "Choose one",
        width: str = "",
        **kwargs: Any,
    ) -> None:
        drawn = widgets.Select({"class": f"govuk-!-width-{width}"} if width else {})
        drawn.prompt = prompt
        super().__init__(label, choices=choices, widget=drawn, **kwargs)


class Radios(Choosing, forms.TypedChoiceField):
    """`hints`: value to hint. `dividers`: value to the word that stands before it ('or').

    `reveals`: value to the name of the field that opens beneath it. That field's answer counts,
    and is required if it says so, only while the value is chosen.
    """

    def __init__(
        self,
        label: str,
        *,
        choices: Any = (),
        hints: Mapping[Any, str] | None = None,
        dividers: Mapping[Any, str] | None = None,
        reveals: Mapping[Any, str] | None = None,
        inline: bool = False,
        small: bool = False,
        **kwargs: Any,
    ) -> None:
        drawn = widgets.Radios()
        drawn.hints, drawn.dividers = _by_text(hints), _by_text(dividers)
        drawn.classes = " ".join(
            word
            for word, wanted in (("govuk-radios--small", small), ("govuk-radios--inline", inline))
            if wanted
        )
        self.reveals = _by_text(reveals)
        super().__init__(label, choices=choices, widget=drawn, **kwargs)


class YesNo(Radios):
    """True, False, or None when not answered. `reveals` takes 'yes' and 'no'."""

    def __init__(self, label: str, *, inline: bool = True, **kwargs: Any) -> None:
        choices = [("yes", "Yes"), ("no", "No")]
        # What opens beneath an answer needs the answers one above the other.
        inline = inline and "reveals" not in kwargs
        super().__init__(label, choices=choices, inline=inline, empty_value=None, **kwargs)

    def clean(self, value: Any) -> bool | None:
        answer = super().clean(value)
        return None if answer is None else answer == "yes"

    def prepare_value(self, value: Any) -> Any:
        return ("yes" if value else "no") if isinstance(value, bool) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class Checkboxes(Choosing, forms.TypedMultipleChoiceField):
    """A list of values. `exclusive`: the value that unticks all others ('none of these')."""

    def __init__(
        self,
        label: str,
        *,
        choices: Any = (),
        hints: Mapping[Any, str] | None = None,
        dividers: Mapping[Any, str] | None = None,
        reveals: Mapping[Any, str] | None = None,
        exclusive: str = "",
        small: bool = False,
        **kwargs: Any,
    ) -> None:
        drawn = widgets.Checkboxes()
        drawn.hints, drawn.exclusive = _by_text(hints), str(exclusive)
        drawn.dividers = _by_text(dividers) or ({str(exclusive): "or"} if exclusive else {})
        drawn.classes = "govuk-checkboxes--small" if small else ""
        self.reveals = _by_text(reveals)
        super().__init__(label, choices=choices, widget=drawn, **kwargs)

    def to_python(self, value: Any) -> list[str]:
        """Each value once, however often it was sent: one tick is one thing."""
        return list(dict.fromkeys(super().to_python(value)))


class Tick(Worded, forms.BooleanField):
    """One checkbox: True or False. Required means that it must be ticked."""

    template_name = "govuk/forms/tick.html"

    def __init__(self, label: str, *, required: bool = False, **kwargs: Any) -> None:
        super().__init__(
            label,
            required=required,
            widget=widgets.Tick(),
            template_name=self.template_name,
            **kwargs,
        )


class DatePartsError(ValidationError):
    """Names the inputs that are wrong, so that only they are marked."""

    parts: tuple[str, ...] = ()


class Date(Worded, forms.Field):
    """A datetime.date from three inputs; the month may be a name.

    `earliest`, `latest`: inclusive; a date, or a callable asked at every clean (`clock.today`).
    """

    widget: type[widgets.Parts] = widgets.Date
    default_error_messages = {
        "incomplete": "{subject} must include a {parts}",
        "unreal": "{subject} must be a real date",
        "short_year": "Year must include 4 numbers",
        "too_early": "{subject} must be the same as or after {limit}",
        "too_late": "{subject} must be the same as or before {limit}",
    }

    def __init__(
        self,
        label: str,
        *,
        earliest: date | Callable[[], date] = FIRST_DAY,
        latest: date | Callable[[], date] | None = None,
        autocomplete: str = "",
        **kwargs: Any,
    ) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(label, widget=self.widget(autocomplete), **kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        parts = self._typed(value)
        if not any(parts):
            return None
        self._ask_for_missing(parts, DateParts._fields)
        day = self._real_date(*parts)
        self._keep_within(day)
        return day

    def _typed(self, value: Any) -> tuple[str, ...]:
        known = isinstance(value, tuple) and len(value) == len(self.widget.parts)
        if not known or not all(isinstance(part, str) for part in value):
            raise self._wrong("unreal")
        return tuple(part.strip() for part in value)

    def _wrong(self, code: str, *parts: str, **words: object) -> DatePartsError:
        error = DatePartsError(self.saying(code, **words), code=code)
        error.parts = parts
        return error

    def _ask_for_missing(self, parts: Iterable[str], names: tuple[str, ...]) -> None:
        missing = [name for name, part in zip(names, parts, strict=True) if not part]
        if missing:
            *first, last = missing
            words = f"{', '.join(first)} and {last}" if first else last
            raise self._wrong("incomplete", *missing, parts=words)

    def _real_date(self, day: str, month: str, year: str) -> date:
        number = _month(month)
        right = {
            "day": re.fullmatch("[0-9]{1,2}", day) and 1 <= int(day) <= 31,
            "month": number,
            "year": re.fullmatch("[0-9]{4}", year),
        }
        wrong = [part for part, is_right in right.items() if not is_right]
        if wrong == ["year"] and re.fullmatch("[0-9]{1,3}", year):
            raise self._wrong("short_year", "year")
        if wrong:
            raise self._wrong("unreal", *wrong)
        try:
            return date(int(year), int(number or 0), int(day))
        except ValueError:
            raise self._wrong("unreal") from None

    def _keep_within(self, day: date) -> None:
        earliest, latest = _now(self.earliest), _now(self.latest)
        if earliest and day < earliest:
            raise self._wrong("too_early", limit=date_in_words(earliest))
        if latest and day > latest:
            raise self._wrong("too_late", limit=date_in_words(latest))


class DateTime(Date):
    """An aware datetime in UTC from a date and a time of day in London.

    Takes 14:05, 1405, 14.05, 2:05pm and 2pm. When the clocks go back, the first of the two hours
    is meant. `earliest`, `latest`: inclusive; an aware datetime or a callable (`clock.now`).
    """

    widget = widgets.Moment
    default_error_messages = {
        "unreal_time": "{subject} must include a real time, like 14:05",
        "no_such_time": "{subject} must be a time that happened. The clocks went forward then",
        "too_late": "{subject} must not be after {limit}",
        "too_early": "{subject} must not be before {limit}",
    }

    def __init__(
        self,
        label: str,
        *,
        earliest: datetime | Callable[[], datetime] = FIRST_MOMENT,
        latest: datetime | Callable[[], datetime] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, earliest=earliest, latest=latest, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        parts = self._typed(value)
        if not any(parts):
            return None
        self._ask_for_missing(parts, MomentParts._fields)
        day, clock_time = self._real_date(*parts[:3]), _time_of_day(parts[3])
        if clock_time is None:
            raise self._wrong("unreal_time", "time")
        moment = datetime.combine(day, clock_time, tzinfo=LONDON)
        self._keep_within(moment)
        aware = moment.astimezone(UTC)
        if aware.astimezone(LONDON).replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise self._wrong("no_such_time", "time")
        return aware

    def _keep_within(self, moment: datetime) -> None:  # type: ignore[override]
        earliest, latest = _now(self.earliest), _now(self.latest)
        if earliest and moment < earliest:
            raise self._wrong("too_early", limit=moment_in_words(earliest))
        if latest and moment > latest:
            raise self._wrong("too_late", limit=moment_in_words(latest))


def _inside(words: str) -> str:
    """The words as they stand inside a sentence: 'Date of birth' -> 'date of birth', not 'NHS'."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _word(truth: bool | None) -> str:
    return "" if truth is None else str(truth).lower()


def _by_text(mapping: Mapping[Any, str] | None) -> dict[str, str]:
    return {str(key): words for key, words in (mapping or {}).items()}


def _now(limit: Any) -> Any:
    return limit() if callable(limit) else limit


def _month(typed: str) -> int | None:
    """1 to 12 from a number, a name or its first letters ('Sept'); None for anything else."""
    if re.fullmatch("[0-9]{1,2}", typed):
        return int(typed) if 1 <= int(typed) <= 12 else None
    name = typed.rstrip(".").lower()
    if len(name) < 3:
        return None
    return next((n for n, month in enumerate(MONTHS, 1) if month.lower().startswith(name)), None)


def _time_of_day(typed: str) -> time | None:
    """14:05, 1405, 14.05, 9:05, 2:05pm, 2 pm; None for anything else."""
    found = re.fullmatch("([0-9]{1,2})(?:[:.]?([0-9]{2}))?\\s*(am|pm)?", typed.lower())
    if not found or not (found[2] or found[3]):
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
