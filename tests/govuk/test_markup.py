"""Every field and component has the very markup of the govuk-frontend that is installed."""

import re
from itertools import pairwise

import pytest
from django.template import engines
from django.utils.safestring import mark_safe

from govuk import fields, forms
from tests.govuk.markup import examples, tree


def text(options, *path):
    """The text at a path of the example's options, '' if there is none."""
    for step in path:
        options = options.get(step) or {}
    return options or ""


def size(classes, block):
    return next((c.removeprefix(f"{block}--") for c in str(classes).split() if block in c), "")


def labelled(o):
    label = text(o, "label") or text(o, "fieldset", "legend")
    block = "govuk-label" if text(o, "label") else "govuk-fieldset__legend"
    return {
        "label": label["text"],
        "hint": text(o, "hint", "text"),
        "label_is_page_heading": bool(label.get("isPageHeading")),
        "label_size": size(label.get("classes", ""), block),
        "group_class": text(o, "formGroup", "classes"),
    }


def width(o):
    found = size(o.get("classes", ""), "govuk-input--width").removeprefix("width-")
    number = o.get("classes", "").rpartition("govuk-input--width-")[2]
    return int(number) if number.isdigit() else found


def chosen(o, cls, **more):
    items = [item for item in o["items"] if item]
    following = pairwise(items)
    return cls(
        **labelled(o),
        choices=[(i["value"], i["text"]) for i in items if "value" in i],
        hints={i["value"]: i["hint"]["text"] for i in items if i.get("hint")},
        dividers={later["value"]: i["divider"] for i, later in following if "divider" in i},
        small="small" in o.get("classes", ""),
        initial=o.get("values") or next((i["value"] for i in items if i.get("checked")), None),
        **more,
    )


def radios(o):
    return chosen(o, fields.Radios, inline="inline" in o.get("classes", ""))


def checkboxes(o):
    exclusive = [i["value"] for i in o["items"] if i and i.get("behaviour") == "exclusive"]
    return chosen(o, fields.Checkboxes, exclusive="".join(exclusive))


def text_input(o):
    affixes = {"prefix": text(o, "prefix", "text"), "suffix": text(o, "suffix", "text")}
    return fields.Text(**labelled(o), **affixes, width=width(o))


def text_area(o):
    return fields.TextArea(**labelled(o), rows=o.get("rows") or 5, initial=o.get("value"))


def counted(o):
    limit = int(o["maxlength"])
    return fields.TextArea(
        **labelled(o), count=True, max_length=limit, rows=o.get("rows") or 5, initial=o.get("value")
    )


def select(o):
    choices = [(item["value"], item["text"]) for item in o["items"]]
    chosen = [item["value"] for item in o["items"] if item.get("selected")]
    return fields.Select(
        **labelled(o), choices=choices, prompt=None, initial="".join(map(str, chosen))
    )


SHIPPED = {
    "input": (
        text_input,
        "default|with hint text|with error message|with error and hint|with width-2 class|"
        "with width-10 class|with width-30 class|with label as page heading|with prefix|"
        "with suffix|with prefix and suffix|with prefix and suffix and error",
    ),
    "textarea": (
        text_area,
        "default|with hint|with error message|with default value|with custom rows|"
        "with label as page heading",
    ),
    "character-count": (
        counted,
        "default|with hint|with hint and error|with default value|with custom rows|"
        "with label as page heading",
    ),
    "select": (select, "default|with hint text and error message|with label as page heading"),
    "radios": (
        radios,
        "default|with hint|inline|with a divider|with hints on items|"
        "with fieldset and error message|small|small with error|small inline",
    ),
    "checkboxes": (
        checkboxes,
        "default|with hint|with divider and None|with hints on items|"
        "with legend as a page heading|with error message|small|small with divider and None",
    ),
    "password-input": (
        lambda o: fields.Password(**labelled(o)),
        "default|with hint text|with error message|with label as page heading",
    ),
    "date-input": (
        lambda o: fields.Date(**labelled(o)),
        "default|with error message and hint",
    ),
}


def drawn(name, field, error=""):
    """The field as a form draws it, its ids being its name, as in the examples."""
    form = forms.Form(auto_id="%s")
    form.mark_optional = False
    form.fields[name] = field
    if error:
        form.errors[name] = form.error_class([error], renderer=form.renderer)
    return form[name].as_field_group()


def like_ours(html, o, name):
    """The example with our ids: the field's name, the options counted without their dividers."""
    html = html.replace(" disabled", "")
    if given := o.get("id") or o.get("idPrefix"):
        html = html.replace(given, name)
    for part in ("day", "month", "year"):
        html = html.replace(f'name="{part}"', f'name="{name}-{part}"')
    ours = 0
    for place, item in enumerate(o.get("items", []), 1):
        if "divider" in item:
            continue
        ours += 1
        theirs = item.get("id") or (f"{name}-{place}" if place > 1 else name)
        own = f"{name}-{ours}" if ours > 1 else name
        html = re.sub(f'(id|for|describedby)="{theirs}(-item-hint)?"', rf'\1="{own}\2"', html)
        html = html.replace(f'name="{item.get("name", "")}"', f'name="{name}"')
    return html


@pytest.mark.parametrize(
    ("component", "example"),
    [(c, name) for c, (_, names) in SHIPPED.items() for name in names.split("|")],
)
def test_a_field_is_the_component(component, example):
    options, html = examples(component)[example]
    name = options.get("name") or options.get("idPrefix") or options["id"]
    build, _ = SHIPPED[component]
    ours = drawn(name, build(options), text(options, "errorMessage", "text"))
    assert tree(ours) == tree(like_ours(html, options, name))


def rendered(source, **context):
    return engines["django"].from_string("{% load govuk %}" + source).render(context)


TAGS = [
    ("button", "default", '{% button "Save and continue" prevent_double_click=False %}'),
    (
        "button",
        "secondary",
        '{% button text kind="secondary" name=name prevent_double_click=False %}',
    ),
    ("button", "link", '{% button "Link button" href="/" %}'),
    ("tag", "default", '{% tag "Alpha" %}'),
    ("tag", "grey", '{% tag "Grey" "grey" %}'),
    (
        "notification-banner",
        "default",
        "{% notification_banner text id='govuk-notification-banner-title' %}",
    ),
    (
        "notification-banner",
        "with type as success",
        "{% notification_banner text kind='success' id='govuk-notification-banner-title' %}",
    ),
    ("warning-text", "default", "{% warning text %}"),
    ("inset-text", "default", "{% inset %}{{ text }}{% endinset %}"),
    ("details", "default", "{% details summaryText %}{{ text }}{% enddetails %}"),
    ("pagination", "with prev and next only", "{% pagination previous='/previous' next='/next' %}"),
    ("pagination", "with previous only", "{% pagination previous='/previous' %}"),
    ("pagination", "with next only", "{% pagination next='/next' %}"),
]


@pytest.mark.parametrize(("component", "example", "source"), TAGS)
def test_a_tag_is_the_component(component, example, source):
    options, html = examples(component)[example]
    assert tree(rendered(source, **options)) == tree(html)


def test_a_summary_list_is_the_component():
    options, html = examples("summary-list")["with actions"]
    rows = []
    for row in options["rows"]:
        value = mark_safe(row["value"].get("html") or row["value"]["text"])
        rows.append((row["key"]["text"], value, row.get("actions", {}).get("items", [])))
    first = [row for row in rows if len(row[2]) == 1]
    assert first, "the example has no row with one action"
    ours = rendered(
        "{% summary_list %}{% for key, value, actions in rows %}"
        "{% summary_row key action=actions.0.text action_url=actions.0.href %}{{ value }}"
        "{% endsummary_row %}{% endfor %}{% endsummary_list %}",
        rows=first,
    )
    [(_, ours_attrs, our_rows)], [(_, their_attrs, their_rows)] = tree(ours), tree(html)
    assert ours_attrs == their_attrs
    with_one = [
        row for row, (_, _, actions) in zip(their_rows, rows, strict=True) if len(actions) == 1
    ]
    assert our_rows == with_one
