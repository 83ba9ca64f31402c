"""The words of a reading: its lenses and its bands."""

HARM_TO_CHILD = "harm_to_child"
NEED = "need"
HARM_BY_CHILD = "harm_by_child"
# In the order in which they come first when two lenses stand in the same band.
LENSES = (HARM_TO_CHILD, NEED, HARM_BY_CHILD)
# No strength makes a child who is being hurt any safer: there it stands beside, not against.
LOWERED_BY_STRENGTHS = frozenset({NEED, HARM_BY_CHILD})

RISK = "risk"
STRENGTH = "strength"

NOTHING = "nothing recorded"
EARLY = "early conversation"
COORDINATED = "coordinated help"
HUB = "consult the hub"
BANDS = (NOTHING, EARLY, COORDINATED, HUB)
