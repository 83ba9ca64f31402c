"""{% load govuk %}: the components of the design system that pages use, and dates in words.

Tags that end in a block: {% inset %}...{% endinset %}. Text given to a tag is escaped.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from govuk.dates import date_in_words, moment_in_words

register = template.Library()

Forms = forms.BaseForm | forms.BaseFormSet


@register.filter
def date_long(day: date | None) -> str:
    """23 November 2026; nothing for nothing."""
    return date_in_words(day) if day else ""


@register.filter
def datetime_long(moment: datetime | None) -> str:
    """23 November 2026 at 14:05, London time; nothing for nothing."""
    return moment_in_words(moment) if moment else ""


@register.filter
def in_a_sentence(words: Iterable[object]) -> str:
    """One, two and three."""
    *first, last = [str(word) for word in words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


@register.simple_tag
def error_prefix(*forms: Forms | None) -> str:
    """'Error: ' for the page's title when one of the forms has errors."""
    return "Error: " if any(_errors_of(form) for form in forms if form) else ""


@register.inclusion_tag("govuk/error_summary.html")
def error_summary(*forms: Forms | None) -> dict[str, Any]:
    """Every error of the forms and formsets, in their order, each a link to its input."""
    return {"errors": [error for form in forms if form for error in _errors_of(form)]}


def _errors_of(form: Forms) -> list[tuple[str, str]]:
    """Pairs of what is wrong and the id to go to ('' for nowhere)."""
    if isinstance(form, forms.BaseFormSet):
        if not form.is_bound:
            return []
        whole = [(str(error), "") for error in form.non_form_errors()]
        return whole + [pair for one in form.forms for pair in _errors_of(one)]
    if not form.is_bound:
        return []
    return [*_whole_form(form), *_fields_in_order(form)]


def _whole_form(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    errors = getattr(form, "unplaced_errors", form.non_field_errors)()
    return ((str(error), getattr(form, "errors_id", "")) for error in errors)


def _fields_in_order(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    for field in form.visible_fields():
        for error in field.errors:
            yield str(error), getattr(field, "anchor", field.id_for_label)


KINDS = {"secondary", "warning", "inverse"}


@register.simple_tag
def button(
    text: str,
    *,
    kind: str = "",
    href: str = "",
    name: str = "",
    value: str = "",
    id: str = "",
    classes: str = "",
    attrs: Mapping[str, str] | None = None,
    prevent_double_click: bool = True,
) -> SafeString:
    """A button, or with `href` a link that looks like one. kind: secondary, warning, inverse."""
    looks = f"govuk-button govuk-button--{_known(kind, KINDS)}" if kind else "govuk-button"
    common = {"class": f"{looks} {classes}".strip(), "data-module": "govuk-button", "id": id}
    given = {key: value for key, value in (common | dict(attrs or {})).items() if value}
    if href:
        link = {"href": href, "role": "button", "draggable": "false"}
        return format_html("<a{}>{}</a>", flatatt(link | given), text)
    own = {"type": "submit", "name": name, "value": value}
    if prevent_double_click:
        own["data-prevent-double-click"] = "true"
    own = {key: word for key, word in own.items() if word}
    return format_html("<button{}>{}</button>", flatatt(own | given), text)


TAG_COLOURS = {"grey", "green", "teal", "blue", "purple", "magenta", "red", "orange", "yellow"}
BADGE_COLOURS = {"black", "blue", "green", "grey", "purple", "red"}
BANNER_KINDS = {"information", "success", "warning"}
PANEL_COLOURS = {"blue", "green", "grey", "orange", "purple", "red", "yellow"}


@register.simple_tag
def tag(text: str, colour: str = "") -> SafeString:
    """A status. The words carry the meaning, the colour only helps to find it. Blue if not said."""
    modifier = f" govuk-tag--{_known(colour, TAG_COLOURS)}" if colour else ""
    return format_html('<strong class="govuk-tag{}">{}</strong>', modifier, text)


@register.simple_tag
def badge(text: str, colour: str = "") -> SafeString:
    """A Ministry of Justice badge: a quieter tag for lists and record headings."""
    modifier = f" moj-badge--{_known(colour, BADGE_COLOURS)}" if colour else ""
    return format_html('<span class="moj-badge{}">{}</span>', modifier, text)


def _known(word: str, words: set[str]) -> str:
    if word not in words:
        known = ", ".join(sorted(words))
        raise template.TemplateSyntaxError(f"{word!r} is not one of {known}.")
    return word


@register.inclusion_tag("govuk/notification_banner.html")
def notification_banner(
    text: str, *, kind: str = "", title: str = "", id: str = "notification-banner-title"
) -> dict[str, Any]:
    """kind 'success' is read out at once. Several on a page need ids of their own."""
    success = kind == "success"
    title = title or ("Success" if success else "Important")
    return {"text": text, "success": success, "title": title, "id": id}


@register.simple_tag
def warning(text: str) -> SafeString:
    return format_html(
        '<div class="govuk-warning-text">'
        '<span class="govuk-warning-text__icon" aria-hidden="true">!</span>'
        '<strong class="govuk-warning-text__text">'
        '<span class="govuk-visually-hidden">Warning</span> {}</strong></div>',
        text,
    )


@register.simple_block_tag
def inset(content: str) -> SafeString:
    return format_html('<div class="govuk-inset-text">{}</div>', content)


@register.simple_block_tag
def details(content: str, summary: str, *, open: bool = False) -> SafeString:
    """What stays folded until somebody wants it."""
    return format_html(
        '<details class="govuk-details"{}><summary class="govuk-details__summary">'
        '<span class="govuk-details__summary-text">{}</span></summary>'
        '<div class="govuk-details__text">{}</div></details>',
        SafeString(" open") if open else "",
        summary,
        content,
    )


@register.simple_block_tag
def summary_list(content: str, *, borders: bool = True) -> SafeString:
    """Holds {% summary_row %}s."""
    more = "" if borders else " govuk-summary-list--no-border"
    return format_html('<dl class="govuk-summary-list{}">{}</dl>', more, content)


@register.simple_block_tag
def summary_row(
    content: str,
    key: str,
    *,
    action: str = "",
    action_url: str = "",
    empty: str = "Not recorded",
) -> SafeString:
    """A blank value says `empty`. `action` is a verb: the key is read out after it."""
    link = ""
    if action_url:
        link = format_html(
            '<dd class="govuk-summary-list__actions"><a class="govuk-link" href="{}">{}'
            '<span class="govuk-visually-hidden"> {}</span></a></dd>',
            action_url,
            action or "Change",
            key[:1].lower() + key[1:],
        )
    return format_html(
        '<div class="govuk-summary-list__row{}"><dt class="govuk-summary-list__key">{}</dt>'
        '<dd class="govuk-summary-list__value">{}</dd>{}</div>',
        "" if link else " govuk-summary-list__row--no-actions",
        key,
        content if content.strip() else empty,
        link,
    )


@register.simple_tag
def back_link(url: str, text: str = "Back") -> SafeString:
    # In a landmark of its own: it stands between the header and the main content.
    return format_html(
        '<nav aria-label="Back"><a href="{}" class="govuk-back-link">{}</a></nav>', url, text
    )


@register.inclusion_tag("govuk/pagination.html")
def pagination(
    *,
    previous: str = "",
    next: str = "",
    previous_label: str = "",
    next_label: str = "",
    label: str = "Pagination",
) -> dict[str, str]:
    """Keyset paging: addresses of the page before and after, each only if there is one."""
    return {
        "previous": previous,
        "next": next,
        "previous_label": previous_label,
        "next_label": next_label,
        "label": label,
    }


@register.simple_block_tag
def timeline(content: str) -> SafeString:
    """Holds {% timeline_item %}s, newest first."""
    return format_html('<div class="moj-timeline">{}</div>', content)


@register.simple_block_tag
def timeline_item(
    content: str,
    title: str,
    *,
    at: date | datetime | None = None,
    by: str = "",
    level: int = 3,
) -> SafeString:
    """One thing that happened. `at` is a date, or a moment shown in London time."""
    shown = moment_in_words(at) if isinstance(at, datetime) else date_long(at)
    when = format_html('<time datetime="{}">{}</time>', at.isoformat(), shown) if at else ""
    return format_html(
        '<div class="moj-timeline__item"><div class="moj-timeline__header">'
        '<h{0} class="moj-timeline__title">{1}</h{0}>{2}</div>'
        '<p class="moj-timeline__date">{3}</p>'
        '<div class="moj-timeline__description">{4}</div></div>',
        int(level),
        title,
        format_html(' <p class="moj-timeline__byline">by {}</p>', by) if by else "",
        when,
        content,
    )


@register.inclusion_tag("govuk/moj_banner.html")
def moj_banner(text: str, kind: str = "information") -> dict[str, str]:
    """A line across the page with an icon; kind: information, success, warning."""
    return {"text": text, "kind": _known(kind, BANNER_KINDS)}


@register.simple_block_tag
def ticket_panel(content: str, colour: str = "blue") -> SafeString:
    """A card with a coloured edge."""
    return format_html(
        '<article class="moj-ticket-panel"><section class="moj-ticket-panel__content '
        'moj-ticket-panel__content--{}">{}</section></article>',
        _known(colour, PANEL_COLOURS),
        content,
    )


@register.simple_block_tag
def table(content: str, caption: str, *, size: str = "m", hidden: bool = False) -> SafeString:
    """A table that scrolls sideways in its own frame on a phone. Rows are written by the page."""
    looks = "govuk-visually-hidden" if hidden else f"govuk-table__caption--{size}"
    return format_html(
        '<div class="app-scroll" role="region" aria-label="{0}" tabindex="0">'
        '<table class="govuk-table"><caption class="govuk-table__caption {1}">{0}</caption>'
        "{2}</table></div>",
        caption,
        looks,
        content,
    )
