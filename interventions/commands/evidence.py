"""Bring what is known of each kind of help, and the scales of change, into the database."""

from dataclasses import asdict

import asking
import audit.commands
from accounts.models import User
from audit.models import Kind
from interventions import evidence
from interventions.models import Approach, Scale


@asking.command
def load_evidence(source: evidence.Evidence, *, by: User) -> int:
    """Add or update every approach and scale; what has left the files stays. The number of both."""
    for approach in source.approaches:
        said = asdict(approach) | {
            "builds": list(approach.builds),
            "addresses": list(approach.addresses),
            "ratings": [dict(rating) for rating in approach.ratings],
            "harms": approach.harms,
        }
        Approach.objects.update_or_create(code=said.pop("code"), defaults=said)
    for scale in source.scales:
        said = asdict(scale) | {"respondents": list(scale.respondents)}
        Scale.objects.update_or_create(code=said.pop("code"), defaults=said)
    loaded = len(source.approaches) + len(source.scales)
    audit.commands.record(
        Kind.ALTERATION,
        "load evidence",
        records={"version": source.version, "approaches and scales": loaded},
        by=by,
    )
    return loaded
