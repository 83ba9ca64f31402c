"""Who has met which child by a match: said by a signature that the match itself gives, kept nowhere.

The pointer is for whoever matches a child. Without this, counting up ids would give any child's.
"""

from datetime import timedelta

from django.core.signing import BadSignature, Signer

import clock
from accounts.models import User
from cases.models import Person

# One shift, as long as the record that may be opened with it (default by judgement).
GOOD_FOR = timedelta(hours=8)
_SIGNER = Signer(salt="cases.matched")


def proof_of_match(person: Person, *, viewer: User) -> str:
    """That the viewer was offered this child by a match now: a moment and a signature, no id, no name.

    Good for that viewer and that child alone, for eight hours.
    """
    ends = int((clock.now() + GOOD_FOR).timestamp())
    return _SIGNER.sign(_whom(viewer, person.pk) + str(ends)).rsplit("/", 1)[1]


def has_matched(person_id: int, proof: str, *, viewer: User) -> bool:
    """Whether the proof was given to this viewer of this child, and is still good."""
    whom = _whom(viewer, person_id)
    try:
        ends = _SIGNER.unsign(whom + proof).removeprefix(whom)
    except BadSignature:
        return False
    return clock.now().timestamp() < int(ends)


def _whom(viewer: User, person_id: int) -> str:
    return f"{viewer.pk}/{person_id}/"
