"""Contacts over the API: another system tells what it knows, once, and again when it knows more."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

import audit.commands
import cases.commands
import cases.permissions
import cases.queries
from accounts.models import User
from audit.models import Kind
from cases.extract import LONGEST, SHORT, tidy_name
from cases.matching.keys import Described
from cases.models import ContactType, Handling, Person, Safe, Sex, StatutoryStatus
from rest.http.answers import answered
from rest.http.documented import KEY, refusals
from rest.http.endpoints import Request, endpoint
from rest.http.fields import Choice, Day, Moment, Text

# What is said of a child of whom nothing is told.
UNTOLD: dict[str, Any] = {
    "outcome": "received",
    "id": None,
    "reference": None,
    "known_as": [],
    "may_be": [],
}
# As on every page that looked for somebody.
LAST_WORDS = "No other record that you can open. Worried? Call the hub on {}."
MOST_CHILDREN, MOST_WORDS = 20, 50
LONGEST_WORD = 80


class ChildReported(serializers.Serializer[Any]):
    """A child or young person in the contact. The surname or the forenames must be known."""

    surname = Text(max_length=LONGEST["surname"], allow_blank=True, default="")
    forenames = Text(max_length=LONGEST["forenames"], allow_blank=True, default="")
    date_of_birth = Day(allow_null=True, default=None)
    sex = Choice(Sex.values, default=Sex.UNKNOWN)
    address = Text(max_length=SHORT, allow_blank=True, default="")
    postcode = Text(max_length=LONGEST["postcode"], allow_blank=True, default="")
    words = serializers.ListField(
        child=Text(max_length=LONGEST_WORD),
        max_length=MOST_WORDS,
        default=list,
        help_text="Words ticked in your system. Each waits as a prompt, unscored, for a person.",
    )


class Contact(serializers.Serializer[Any]):
    """A contact as your system tells it."""

    source_ref = Text(
        max_length=LONGEST["contact_ref"],
        help_text="Your reference. Sent again with a newer text it is an amendment, "
        "never a second contact.",
    )
    occurred_at = Moment()
    contact_type = Choice(ContactType.values)
    narrative = Text(max_length=LONGEST["narrative"], allow_blank=True, default="")
    handling = Choice(
        Handling.values,
        help_text="'police only' never crosses to a partner. An amendment may tighten it only.",
    )
    area_code = Text(max_length=LONGEST["area_code"], allow_blank=True, default="")
    location = Text(max_length=SHORT, allow_blank=True, default="")
    safe_now = Choice(
        Safe.values,
        required=False,
        help_text="'no' and 'not known' raise a safeguarding flag for each child at once.",
    )
    officer = Text(max_length=LONGEST["officer_collar"], allow_blank=True, default="")
    crime_ref = Text(max_length=LONGEST["crime_ref"], allow_blank=True, default="")
    children: Any = serializers.ListSerializer(
        child=ChildReported(),
        allow_empty=False,
        max_length=MOST_CHILDREN,
        help_text=f"From 1 to {MOST_CHILDREN}.",
    )


class Holder(serializers.Serializer[Any]):
    """Who holds the child's case, and how to reach them."""

    case = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField()
    team = serializers.CharField()


class Pointer(serializers.Serializer[Any]):
    """Enough at a door, no more: cautions, status, who holds the case, whom to call."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    cautions = serializers.CharField()
    statutory_status = serializers.CharField(
        help_text="Each with the social worker's name and phone, where they are known."
    )
    duty_team = serializers.CharField(help_text="The emergency duty team's phone, out of hours.")
    flag_open = serializers.BooleanField()
    holders = Holder(many=True)
    call = serializers.CharField()


class ChildTaken(serializers.Serializer[Any]):
    """What became of one child, in the order sent.

    `known`: linked to a record that was there. `new`: a new record. `to be checked`: a new record
    that may be one of `may_be`; a person decides. `received` is all that a partner's client is told,
    whoever the child is: then `id` and `reference` are null and the lists are empty.
    """

    outcome = serializers.ChoiceField(["known", "new", "to be checked", "received"])
    id = serializers.IntegerField(allow_null=True)
    reference = serializers.CharField(allow_null=True)
    known_as = Pointer(many=True)
    may_be = Pointer(many=True)


class ContactTaken(serializers.Serializer[Any]):
    """What became of the contact. `notes` and `last_words` are for a person to read; the last words are
    the same whoever was told of, and whatever was found."""

    id = serializers.IntegerField()
    source_ref = serializers.CharField()
    state = serializers.ChoiceField(["new", "amended", "unchanged"])
    received_at = serializers.DateTimeField()
    children = ChildTaken(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    last_words = serializers.CharField()


@extend_schema(
    operation_id="post_contact",
    summary="Post a contact, or its newer text",
    description="Needs `contacts:write`. 201 for a new contact; 200 where its reference is known: "
    "`unchanged` for the same text, `amended` for a newer one. An amendment takes the narrative, new "
    "words, a tighter handling and a child no longer safe; the rest stays as it was first sent.",
    parameters=[KEY],
    request=Contact,
    responses={200: ContactTaken, 201: ContactTaken, **refusals(400, 401, 403, 409, 413, 415, 429)},
    tags=["Contacts"],
)
@endpoint("POST", scope="contacts:write")
def contacts(request: Request) -> HttpResponse:
    """Take a contact, or its newer text."""
    form = Contact(data=request.data)
    form.is_valid(raise_exception=True)
    report = _report(form.validated_data, by=request.user)
    taken = cases.commands.take_report(report, by=request.user)
    children, told = _children(taken, viewer=request.user)
    content = {
        "id": taken.contact.pk,
        "source_ref": taken.contact.source_ref,
        "state": taken.state,
        "received_at": taken.contact.received_at,
        "children": children,
        "notes": list(taken.notes),
        "last_words": LAST_WORDS.format(settings.HUB_PHONE),
    }
    otherwise = content | {"children": [UNTOLD for _ in taken.children]}
    status = 201 if taken.state == "new" else 200
    return answered(request, content, status=status, told=told, otherwise=otherwise)


def _report(said: dict[str, Any], *, by: User) -> cases.commands.Report:
    """Each client has a name space of its own: what another one sent is nowhere to be met."""
    children = said.pop("children")
    return cases.commands.Report(
        source=f"client {by.pk}",
        children=tuple(_child(child) for child in children),
        **said,
    )


def _child(said: dict[str, Any]) -> cases.commands.ChildReported:
    described = Described(
        surname=tidy_name(said["surname"]),
        forenames=tidy_name(said["forenames"]),
        date_of_birth=said["date_of_birth"],
        sex=said["sex"],
        address=said["address"],
        postcode=said["postcode"],
    )
    words = dict.fromkeys(" ".join(word.split()).casefold() for word in said["words"])
    return cases.commands.ChildReported(described, said["sex"], tuple(words))


def _children(
    taken: cases.commands.Taken, *, viewer: User
) -> tuple[list[dict[str, Any]], set[int]]:
    """For lead agency and hub who each child is, for anyone else the same words for every child.

    And the ids of the children of whom anything is told.
    """
    if not cases.permissions.can_match(by=viewer):
        return [UNTOLD for _ in taken.children], set()
    told: list[dict[str, Any]] = []
    shown: set[int] = set()
    for child in taken.children:
        if cases.queries.is_hidden(child.person, viewer=viewer):
            told.append(UNTOLD)
            continue
        outcome = "known" if child.known else "to be checked" if child.likely else "new"
        known = [child.person] if child.known else []
        told.append(
            {
                "outcome": outcome,
                "id": child.person.pk,
                "reference": child.person.reference,
                "known_as": _pointers(known, viewer=viewer),
                "may_be": _pointers(child.likely, viewer=viewer),
            }
        )
        shown |= {person.pk for person in (*known, *child.likely)}
    if shown:
        audit.commands.record(
            Kind.DISCLOSURE,
            "api pointers",
            persons=shown,
            records={"contact": taken.contact.pk},
            ground="pointer",
            by=viewer,
        )
    return told, shown | {child["id"] for child in told if child["id"]}


def _pointers(people: "list[Person] | tuple[Person, ...]", *, viewer: User) -> list[dict[str, Any]]:
    return [
        {
            "id": pointer.person.pk,
            "reference": pointer.person.reference,
            "cautions": "; ".join(caution.says for caution in pointer.cautions),
            "statutory_status": "; ".join(_in_words(status) for status in pointer.statuses),
            "duty_team": pointer.duty_team,
            "flag_open": pointer.flag_open,
            "holders": [vars(holder) for holder in pointer.holders],
            "call": pointer.call,
        }
        for pointer in cases.queries.pointers(people, viewer=viewer)
    ]


def _in_words(status: StatutoryStatus) -> str:
    """Such as 'Looked after, social worker D. Fell, 01632 960 300'."""
    worker = status.social_worker and f"social worker {status.social_worker}"
    said = (status.get_kind_display(), worker, status.social_worker_phone)
    return ", ".join(each for each in said if each)
