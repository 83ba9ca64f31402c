"""A site of its own for these tests: pages of the layout that touch no database."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path

from govuk import fields, forms

# What the pages were sent, for the tests to look at.
received: list[tuple[str, dict[str, Any]]] = []
# The answer of /draft and /contact to the next requests, in place of their own.
answers: list[int] = []


class Contact(forms.Form):
    surname = fields.Text("Surname", width=20, hint="As the family spells it")
    phone = fields.Text("Phone number", width=10, prefix="+44", inputmode="tel", required=False)
    born = fields.Date("Date of birth", hint="For example, 27 3 2012", required=False)
    at = fields.DateTime("When did it happen?", required=False)
    what = fields.TextArea("What happened?", count=True, max_length=500, required=False)
    reason = fields.Select("Reason", choices=[("missing", "Missing from home")], required=False)
    safe = fields.Radios(
        "Is the child safe now?",
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
        hints={"yes": "Seen, warm, with an adult who cares for them"},
        dividers={"unknown": "or"},
        required=False,
    )
    told = fields.YesNo("Have you told the family?", reveals={"no": "why_not"}, required=False)
    why_not = fields.TextArea("Why not?", rows=2)
    seen = fields.Checkboxes(
        "What did you see?",
        choices=[("cold", "Cold or hungry"), ("none", "None of these")],
        exclusive="none",
        required=False,
    )
    sure = fields.Tick("I have checked the spelling")
    password = fields.Password(required=False)


CONTACT = """
{% extends "base.html" %}{% load govuk %}
{% block title %}Log a contact{% endblock %}
{% block before_content %}{% back_link "/" %}{% endblock %}
{% block content %}
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
  {% error_summary form %}
  <h1 class="govuk-heading-l">Log a contact</h1>
  <form method="post" novalidate data-draft-url="/draft" data-safe-send>
    {% csrf_token %}
    {{ form }}
    {% for number in "12" %}
    <fieldset class="govuk-fieldset" data-optional-child>
      <legend class="govuk-fieldset__legend">Another child</legend>
      <div class="govuk-form-group">
        <label class="govuk-label" for="child-{{ number }}">Name</label>
        <input class="govuk-input" id="child-{{ number }}" name="child-{{ number }}">
      </div>
    </fieldset>
    {% endfor %}
    {% button "Add another child" kind="secondary" name="add_child" value="yes" %}
    <div class="app-sticky-action">{% button "Save contact" %}</div>
  </form>
</div></div>
{% endblock %}
"""

PERSON = """
{% extends "base.html" %}{% load govuk %}
{% block title %}Avery Stone{% endblock %}
{% block before_content %}{% back_link "/" "Back to my work" %}{% endblock %}
{% block content %}
<section class="app-flag" aria-labelledby="flag">
  <h2 class="app-flag__title" id="flag">Safeguarding: answer now</h2>
  <p class="govuk-body">Afraid to go home.</p>
  {% button "Answer this flag" kind="warning" href="/" %}
</section>
<h1 class="govuk-heading-l">Avery Stone</h1>
<p class="govuk-body">
  {% tag "Waiting" "yellow" %} {% tag "Late" "red" %} {% badge "Caution" "red" %}
</p>
<ul class="app-readings">
  <li class="app-reading app-reading--1">
    <h2 class="app-reading__name">At risk of harm</h2>
    <p class="app-reading__band"><span class="app-reading__marks" aria-hidden="true">
      <span class="app-reading__mark--on"></span><span></span><span></span>
    </span>Early conversation</p>
  </li>
</ul>
{% moj_banner "Do not approach the home alone." "warning" %}
{% warning "Check that it is safe to tell." %}
{% inset %}Shared until 1 May 2027.{% endinset %}
{% summary_list %}
{% summary_row "School" action_url="/" %}Northwick High{% endsummary_row %}
{% endsummary_list %}
{% details "What this means" %}<p class="govuk-body">Words.</p>{% enddetails %}
{% table "Referrals" %}
<thead class="govuk-table__head"><tr class="govuk-table__row">
  <th scope="col" class="govuk-table__header">Referral</th>
  <th scope="col" class="govuk-table__header">Time left on the working-day clock</th>
  <th scope="col" class="govuk-table__header">What it is waiting for and from whom</th>
</tr></thead>
<tbody class="govuk-table__body"><tr class="govuk-table__row">
  <td class="govuk-table__cell">R-17</td><td class="govuk-table__cell">3 hours</td>
  <td class="govuk-table__cell">Information</td>
</tr></tbody>
{% endtable %}
{% ticket_panel %}<p class="govuk-body">Who holds the case</p>{% endticket_panel %}
<h2 class="govuk-heading-m">Chronology</h2>
{% timeline %}
{% timeline_item "Contact" by="PC Ailsa Garrow" %}<p>Words</p>{% endtimeline_item %}
{% endtimeline %}
{% pagination previous="/?before=1" next="/?after=9" %}
{% endblock %}
"""


def page(source: str, request: HttpRequest, **context: object) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(source.strip()).render(context, request))


def site(request: HttpRequest) -> dict[str, object]:
    """The context processor: what eiportal's gives to every page."""
    return {
        "navigation": [("My work", "/", request.path == "/"), ("Log a contact", "/contact", False)],
        "user": {
            "is_authenticated": True,
            "name": "Ailsa Garrow",
            "agency": "Wessington Police",
        },
        "hub_phone": "01632 960 100",
    }


def person(request: HttpRequest) -> HttpResponse:
    return page(PERSON, request)


def contact(request: HttpRequest) -> HttpResponse:
    form = Contact(request.POST or None)
    if form.is_bound:
        received.append(("contact", request.POST.dict()))
        if answers:
            return HttpResponse(status=answers.pop(0))
        if "add_child" not in request.POST and form.is_valid():
            messages.success(request, "Contact saved")
            return redirect("home")
    return page(CONTACT, request, form=form)


def draft(request: HttpRequest) -> HttpResponse:
    received.append(("draft", request.POST.dict()))
    return HttpResponse(status=answers.pop(0) if answers else 204)


def template(name: str, **context: object) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        return page(f'{{% extends "{name}" %}}', request, **context)

    return view


def broken(request: HttpRequest, error: int) -> HttpResponse:
    if error == 400:
        raise SuspiciousOperation
    if error == 403:
        raise PermissionDenied
    raise RuntimeError("for the test")


class SignIn(forms.Form):
    username = fields.Text("User name", autocomplete="username", spellcheck=False)
    password = fields.Password()


urlpatterns = [
    path("", non_atomic_requests(person), name="home"),
    path("contact", non_atomic_requests(contact)),
    path("draft", non_atomic_requests(draft)),
    path(
        "sign-in",
        non_atomic_requests(template("accounts/sign_in.html", form=SignIn(), user=None)),
        name="sign_in",
    ),
    path("sign-out", non_atomic_requests(contact), name="sign_out"),
    path(
        "accessibility",
        non_atomic_requests(template("accessibility.html")),
        name="accessibility",
    ),
    path("broken/<int:error>", non_atomic_requests(broken)),
]
