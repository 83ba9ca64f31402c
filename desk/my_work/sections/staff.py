"""The viewer and the people that they work with: what is new, who is on duty, training."""

import accounts.queries
from accounts.models import User
from desk.my_work.sections.section import MOST, Section
from govuk.dates import date_in_words

# Of the hours without cover.
NEXT_GAPS = 3


def new(viewer: User) -> Section | None:
    """What somebody was told and has not followed yet."""
    found = list(accounts.queries.notifications(viewer=viewer)[:MOST])
    return Section("new", found, waits=True) if found else None


def people(viewer: User) -> Section | None:
    return Section("people", accounts.queries.people(viewer=viewer))


def on_duty(viewer: User) -> Section | None:
    """Whom to call, now and tonight."""
    now = accounts.queries.on_duty_now(viewer=viewer)[:MOST]
    tonight = accounts.queries.on_duty_tonight(viewer=viewer)[:MOST]
    return Section("on_duty", [("Now", now), ("Tonight", tonight)])


def gaps(viewer: User) -> Section | None:
    """Hours of the week ahead in which nobody is called, for whoever may put somebody on the rota."""
    if not accounts.queries.may_be_on_duty(viewer=viewer).exists() and not viewer.agency.is_lead:
        return None
    found = sorted(accounts.queries.gaps(viewer=viewer), key=lambda gap: (gap.starts_at, gap.step))
    if not found:
        return None
    return Section("gaps", {"gaps": found[:NEXT_GAPS], "more": len(found) - NEXT_GAPS}, waits=True)


def training(viewer: User) -> Section | None:
    """A warning where the viewer's training is over, or soon will be."""
    found = accounts.queries.training(viewer=viewer)
    if found is None:
        return None
    work = {"is_over": found.is_over, "in_words": date_in_words(found.until)}
    return Section("training", work, waits=True)
