"""The feed of the record of use: sealed entries alone, in their order, from where one stopped."""

import pytest
from django.db import transaction

import audit.commands
import oversight.commands
from accounts.models import AgencyKind, Role
from audit.models import Entry, Kind, SealedEntry
from oversight.models import HomePostcode
from tests import factories
from tests.rest.api import Machine, machine

pytestmark = pytest.mark.usefixtures("db", "held_clock")


@pytest.fixture
def lead(db: None) -> Machine:
    return machine()


def use(number: int = 1) -> list[Entry]:
    with transaction.atomic():
        return [
            audit.commands.record(
                Kind.CONSULTATION,
                "child",
                persons=[7],
                records={"contact": 12},
                sections=["plan"],
                ground="task",
                reason="A call",
                by=None,
            )
            for _ in range(number)
        ]


def seal() -> None:
    audit.commands.seal(by=None)


def test_of_a_home_postcode_it_says_whose_was_entered_and_nothing_of_where(lead: Machine) -> None:
    olu, admin = factories.user(Role.OFFICER, username="olu"), factories.administrator()
    oversight.commands.keep_home_postcode(olu, "NB7 3YH", by=admin)
    seal()
    answer = lead.get("/record-of-use")
    (entry,) = [e for e in answer.json()["entries"] if e["verb"] == "keep home postcode"]
    assert entry["records"] == {"user": olu.pk}
    for hidden in ("NB7 3YH", "NB73YH", HomePostcode.objects.get().digest):
        assert hidden not in answer.content.decode()


def test_every_field_of_an_entry_with_its_place_and_its_digest(lead: Machine) -> None:
    seal()
    last = SealedEntry.objects.latest("position").position
    (entry,) = use()
    seal()
    answer = lead.get(f"/record-of-use?after={last}")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["last"], said["more"]) == (last + 1, False)
    (fed,) = said["entries"]
    sealed = SealedEntry.objects.get(entry=entry)
    assert fed == {
        "position": sealed.position,
        "digest": bytes(sealed.digest).hex(),
        "id": entry.pk,
        "at": "2026-11-24T10:30:00Z",
        "kind": "consultation",
        "verb": "child",
        "user_id": None,
        "username": "",
        "agency": "",
        "persons": [7],
        "records": {"contact": 12},
        "sections": ["plan"],
        "ground": "task",
        "reason": "A call",
        "request_id": None,
        "address": None,
    }


def test_read_on_from_the_last_position_and_nothing_is_left_out_or_comes_early(
    lead: Machine,
) -> None:
    made = {entry.pk for entry in use(7)}
    seal()
    waiting = {entry.pk for entry in use(2)}
    fed, after, more = [], 0, True
    while more:
        said = lead.get(f"/record-of-use?after={after}&limit=3").json()
        fed += said["entries"]
        after, more = said["last"], said["more"]
    positions = [each["position"] for each in fed]
    assert positions == list(range(1, len(fed) + 1))
    ids = {each["id"] for each in fed}
    assert made <= ids
    assert not waiting & ids
    # Asked again after the same position, the same comes again.
    again = lead.get("/record-of-use?after=0&limit=3").json()
    assert again["entries"] == fed[:3]
    seal()
    new = lead.get(f"/record-of-use?after={after}").json()["entries"]
    # With what was read meanwhile: each read is an entry itself.
    assert waiting <= {each["id"] for each in new}
    assert "api record of use" in {each["verb"] for each in new}


def test_a_read_is_an_entry(lead: Machine) -> None:
    use(2)
    seal()
    lead.get("/record-of-use?after=1&limit=1")
    entry = Entry.objects.get(verb="api record of use")
    assert (entry.kind, entry.records) == ("disclosure", {"after": 1, "entries": 1})
    assert entry.username == lead.user.username


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", f"after={10**18}", "limit=0", "limit=1001"]
)
def test_what_cannot_be_asked_is_refused(lead: Machine, query: str) -> None:
    assert lead.get(f"/record-of-use?{query}").status_code == 400
    assert not Entry.objects.filter(verb="api record of use").exists()


def test_it_is_for_the_lead_agencys_clients_with_the_scope(lead: Machine) -> None:
    council = machine(factories.agency(AgencyKind.EARLY_HELP))
    narrow = machine(scopes=("services:read",))
    for client in (council, narrow):
        assert client.get("/record-of-use").status_code == 403
    assert not Entry.objects.filter(verb="api record of use").exists()
