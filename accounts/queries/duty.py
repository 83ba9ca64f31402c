"""Who is on duty, now and tonight, and which hours of the week ahead nobody covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

import clock
from accounts import permissions
from accounts.models import Area, DutyPost, Membership, User
from accounts.queries.people import people_managed
from audit.denied import NotVisible

HOUR = timedelta(hours=1)
STEPS = range(4)
# The night that 'tonight' is (default by judgement): what runs now until eight, or begins at six.
NIGHT_FROM, NIGHT_UNTIL = time(18), time(8)


@dataclass(frozen=True)
class Gap:
    """Hours in which nobody is called at a step. No areas: where the area of a child is not known."""

    step: int
    areas: tuple[str, ...]
    is_everywhere: bool
    starts_at: datetime
    until: datetime


def _posts() -> QuerySet[DutyPost]:
    """The lines of the rota that stand: of who has left, none."""
    return DutyPost.objects.filter(ended_at=None, user__is_active=True)


def is_on_rota(*, viewer: User) -> bool:
    """Whether any line of the duty rota names the viewer, at whatever hour."""
    return _posts().filter(user=viewer).exists()


def on_duty(area: Area | None, moment: datetime, *, viewer: User) -> list[DutyPost]:
    """The rota lines that cover an area at a moment, lowest step first, own area before the force's."""
    posts = (
        _posts()
        .filter(Q(area=area) | Q(area=None))
        .select_related("user__agency", "area")
        .order_by("step", "area", "pk")
    )
    return [post for post in posts if covers(post, moment)]


def covers(post: DutyPost, moment: datetime) -> bool:
    """Whether a line's hours hold a moment. A night belongs to the weekday on which it begins."""
    local = clock.london(moment)
    lasts = (post.until_hour - post.from_hour) % 24 or 24
    if (local.hour - post.from_hour) % 24 >= lasts:
        return False
    began = local.date() - timedelta(days=local.hour < post.from_hour)
    return not post.weekdays or began.weekday() in post.weekdays


def rota(*, viewer: User) -> QuerySet[DutyPost]:
    """Every line of the rota, by step. NotAllowed to whoever calls nobody."""
    permissions.check_can_see_rota(by=viewer)
    return (
        _posts().select_related("user__agency", "area").order_by("step", "area", "from_hour", "pk")
    )


def post(post_id: int, *, viewer: User) -> DutyPost:
    """A line of the rota that the viewer keeps. NotVisible (404) otherwise."""
    permissions.check(permissions.MANAGE_PEOPLE, by=viewer)
    found = rota(viewer=viewer).filter(pk=post_id).first()
    if found is None or not permissions.can_manage_people_of(found.user.agency, by=viewer):
        raise NotVisible("post", post_id)
    return found


def may_be_on_duty(*, viewer: User) -> QuerySet[User]:
    """Whom the viewer may put on the rota, as `permissions.can_be_on_duty` says; who has no
    telephone number cannot be called."""
    live = Membership.objects.filter(user=OuterRef("pk"), until=None)
    across = Exists(live.filter(Q(team__is_hub=True) | Q(team__is_duty_team=True)))
    found = people_managed(viewer=viewer).filter(is_active=True).exclude(phone="")
    return found.filter(Q(agency__is_lead=True) | Q(across))


def on_duty_now(*, viewer: User) -> list[DutyPost]:
    """Who is on duty at this moment, in every area."""
    return [each for each in rota(viewer=viewer) if covers(each, clock.now())]


def on_duty_tonight(*, viewer: User) -> list[DutyPost]:
    """Who is on duty in any hour of the night that runs, or of the next one."""
    night = _hours(*tonight())
    return [each for each in rota(viewer=viewer) if any(covers(each, hour) for hour in night)]


def tonight() -> tuple[datetime, datetime]:
    """From when until when this night is: the one that runs, else the next."""
    local = clock.london(clock.now())
    day = local.date() - timedelta(days=local.time() < NIGHT_UNTIL)
    begins, ends = (
        datetime.combine(on, at, clock.LONDON).astimezone(clock.now().tzinfo)
        for on, at in ((day, NIGHT_FROM), (day + timedelta(days=1), NIGHT_UNTIL))
    )
    return max(begins, clock.now()), ends


def gaps(*, viewer: User, days: int = 7) -> list[Gap]:
    """The hours without cover of the days ahead, step by step, the earliest first.

    An area is covered by its own line or by one of the whole force.
    """
    posts = list(rota(viewer=viewer))
    hours = _hours(clock.now(), clock.now() + timedelta(days=days))
    covered = {each.pk: {hour for hour in hours if covers(each, hour)} for each in posts}
    areas: list[Area | None] = [None, *Area.objects.all()]
    found = []
    for step in STEPS:
        open_at: dict[tuple[datetime, datetime], list[Area | None]] = {}
        for area in areas:
            lines = [p for p in posts if p.step == step and p.area_id in {None, area and area.pk}]
            held = set().union(*(covered[line.pk] for line in lines))
            for run in _runs([hour for hour in hours if hour not in held]):
                open_at.setdefault(run, []).append(area)
        for (starts_at, until), without in sorted(open_at.items(), key=lambda each: each[0]):
            names = tuple(str(area) for area in without if area)
            found.append(Gap(step, names, len(without) == len(areas), starts_at, until))
    return found


def _hours(start: datetime, end: datetime) -> list[datetime]:
    """The beginning of every hour that a stretch of time touches."""
    hour, found = start.replace(minute=0, second=0, microsecond=0), []
    while hour < end:
        found.append(hour)
        hour += HOUR
    return found


def _runs(hours: Iterable[datetime]) -> list[tuple[datetime, datetime]]:
    """Hours that follow one another, as (from, until)."""
    runs: list[tuple[datetime, datetime]] = []
    for hour in hours:
        if runs and runs[-1][1] == hour:
            runs[-1] = (runs[-1][0], hour + HOUR)
        else:
            runs.append((hour, hour + HOUR))
    return runs
