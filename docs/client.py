"""An example client of the portal's API, in one file. Needs Python 3.11 and httpx.

    PORTAL=http://localhost:8000 CLIENT_ID=client-... CLIENT_SECRET=... python docs/client.py lead
    PORTAL=... CLIENT_ID=... CLIENT_SECRET=... python docs/client.py partner 12

`lead`: a program of the lead agency posts a contact, reads the child's readings and why, and lists
what became of its referrals. `partner`: a program of a school reads what to watch for in a child whose
place is shared with it; the number is the child's reference, C-12.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

SAFE_TO_TRY_AGAIN = {429, 502, 503, 504}
TRIES = 3


class Portal:
    """The API as one client sees it. A problem is raised with its code and what to do."""

    def __init__(self, address: str, client_id: str, secret: str) -> None:
        self.http = httpx.Client(base_url=f"{address}/api/v1", timeout=30)
        answer = self.http.post(
            "/token", data={"grant_type": "client_credentials"}, auth=(client_id, secret)
        )
        answer.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def post_contact(self, contact: dict[str, Any]) -> dict[str, Any]:
        """Post it under a key of its own: after a lost answer the same request is safe to send again."""
        return self._sent(
            "POST", "/contacts", json=contact, headers={"Idempotency-Key": str(uuid4())}
        )

    def readings(self, child: int) -> dict[str, Any]:
        return self._sent("GET", f"/children/{child}/readings")

    def watch_for(self, child: int) -> dict[str, Any]:
        return self._sent("GET", f"/children/{child}/watch-for")

    def referrals(self) -> list[dict[str, Any]]:
        """All of them, page by page."""
        found, page = [], self._sent("GET", "/referrals", params={"limit": 50})
        found += page["results"]
        while page["next"]:
            page = self._sent("GET", str(self.http.base_url.join(page["next"])))
            found += page["results"]
        return found

    def _sent(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        for left in reversed(range(TRIES)):
            try:
                answer = self.http.request(method, path, **more)
            except httpx.TransportError:
                if not left:
                    raise
                continue
            if answer.status_code not in SAFE_TO_TRY_AGAIN or not left:
                break
        if answer.is_error:
            raise SystemExit(problem(answer))
        return dict(answer.json())


def problem(answer: httpx.Response) -> str:
    """RFC 9457, in a few lines."""
    said = answer.json()
    lines = [f"{said['status']} {said['code']}: {said['title']}. {said['detail']}"]
    lines += [f"  {error['field']}: {error['reason']}" for error in said["errors"]]
    return "\n".join(lines)


def lead(portal: Portal) -> None:
    """Post a contact, send a newer text of it, read the child's readings, list referrals."""
    contact: dict[str, Any] = {
        "source_ref": f"EXAMPLE-{uuid4().hex[:8]}",
        "occurred_at": (datetime.now(UTC) - timedelta(minutes=20)).isoformat(),
        "contact_type": "Child concern",
        "narrative": "Alone at the bus station, had not eaten.",
        "handling": "share",
        "safe_now": "yes",
        "children": [
            {
                "surname": "Sample",
                "forenames": "Robin",
                "date_of_birth": "2013-05-04",
                "address": "1 Sample Street",
                "postcode": "NB1 1AA",
                "words": ["poor attendance"],
            }
        ],
    }
    posted = portal.post_contact(contact)
    child = posted["children"][0]
    print(
        f"Contact {posted['id']} is {posted['state']}; {child['reference']} is {child['outcome']}."
    )
    again = portal.post_contact({**contact, "narrative": contact["narrative"] + " Taken home."})
    print(f"Contact {again['id']} is {again['state']}.")
    tell_readings(portal.readings(child["id"]))
    own = portal.referrals()
    print(f"{len(own)} referrals.")
    for referral in own:
        print(f"  {referral['reference']}: {referral['state']}. {referral['answer']}")


def tell_readings(said: dict[str, Any]) -> None:
    """Each lens with its band, and the reasons behind it."""
    print(f"{said['child']} as of {said['as_of']}: a reading orders attention, a person decides.")
    for lens in said["lenses"]:
        print(f"  {lens['name']}: {lens['band']}, {lens['points']:.1f} ({lens['direction']})")
        for part in lens["parts"]:
            print(f"    {part['points']:+.1f} {part['name']}")
        for part in lens["lowered_by"]:
            print(f"    {-part['points']:+.1f} {part['name']}")
    for gap in said["missing"]:
        print(f"  {gap}")


def partner(portal: Portal, child: int) -> None:
    """Read what to watch for."""
    said = portal.watch_for(child)
    print(f"{said['child']}: {len(said['watch_for'])} things to watch for.")
    for each in said["watch_for"]:
        print(f"  {each['name']}: {each['says']}")


def main(what: str, *of: str) -> None:
    address = os.environ.get("PORTAL", "http://localhost:8000")
    portal = Portal(address, os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    if what == "lead":
        lead(portal)
    else:
        partner(portal, int(of[0].removeprefix("C-")))


if __name__ == "__main__":
    main(*sys.argv[1:])
