"""What is counted, and what is known before, as a reader says it."""

# One and many of what is counted.
NOUNS = {
    "contacts": ("contact", "contacts"),
    "suspect": ("contact as a suspect", "contacts as a suspect"),
    "victim": ("contact as a victim", "contacts as a victim"),
    "missing": ("missing episode", "missing episodes"),
    "referrals": ("re-referral", "re-referrals"),
}
COVARIATES = {
    "age": "Age in years",
    "sex": "Sex",
    "suspect_year": "Contacts as suspect, year before",
    "harmed_year": "Contacts as victim, witness, at risk or family, year before",
    "missing_year": "Missing episodes, year before",
    "earlier": "Contacts before that year",
    "individual": "Risk points: individual",
    "family": "Risk points: family",
    "school": "Risk points: school",
    "peer": "Risk points: peers",
    "community": "Risk points: community",
    "exploitation": "Risk points: exploitation",
    "breadth": "In how many domains",
    "days_known": "Days since the first contact",
    "area": "Area of the last contact",
}
WORDS = {"F": "female", "M": "male", "U": "not known"}


def covariate_in_words(name: str) -> str:
    """A column's name, or 'column: word', as a reader says it."""
    column, _, word = name.partition(": ")
    said = COVARIATES.get(column, column)
    return f"{said}: {WORDS.get(word, word)}" if word else said
