"""The words that the file may use."""

RISK = "risk"
STRENGTH = "strength"
LENSES = ("harm_to_child", "need", "harm_by_child")
DOMAINS = ("individual", "family", "school", "peer", "community", "exploitation")
AGE_BANDS = ("0-6", "7-9", "10-12", "13-15", "16-25")
WEIGHTS = ("strong", "moderate", "weak")
TRIGGERS = ("none", "consider", "immediate")
SEVERITIES = (1, 2, 3)
BASES = ("found_strength", "found_listed", "from_memory", "judgement")
SOURCE_STATUSES = ("found", "found_title_only", "from_memory")
