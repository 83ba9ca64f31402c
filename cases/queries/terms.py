"""What was searched for, as the record of use keeps it: a keyed digest, never the words.

The same child typed twice has the same digest, so information governance can ask who else looked
for somebody; without the key nobody can try names until one fits.
"""

from django.utils.crypto import salted_hmac

from cases.matching.keys import Described


def digest(described: Described) -> str:
    """The digest of a description: names as the search compares them, birth date, postcode."""
    keys = described.keys
    said = (keys.surname_key, keys.forenames_key, described.date_of_birth, keys.postcode_key)
    return salted_hmac("desk.terms", repr(said), algorithm="sha256").hexdigest()
