"""A child's help over HTTP: arranged, recorded and ended; what each partner sees of it, and does not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

import clock
import partners.commands
from audit.models import Entry, Kind
from interventions.models import Approach, Enrolment, Feedback, Measure, Session
from tests.access.test_matrix import TOKEN
from tests.desk.pages import Signed, text_of
from tests.interventions.conftest import ALL, World, build_world, scale
from tests.partners import conftest as partners_world


@pytest.fixture
def world(db: None, held_clock: object) -> World:
    return build_world()


@pytest.fixture
def course(world: World) -> Enrolment:
    made = world.enrol()
    world.log(made)
    world.measure(made)
    world.measure(made, stage="follow-up", taken_on=clock.today(), score=Decimal(7))
    world.say(made)
    return made


def arranged(world: World, **changed: object) -> dict[str, object]:
    said = {
        "service": world.service.pk,
        "goal": "Somebody to talk to",
        "starts_on-day": "24",
        "starts_on-month": "11",
        "starts_on-year": "2026",
        "override_reason": "",
    }
    return said | changed


def on(name: str, day: int, month: int = 11) -> dict[str, str]:
    return {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": "2026"}


# --- arranging


def test_help_is_arranged_from_a_child_s_place(world: World, signed_in: Signed) -> None:
    client = signed_in(world.mentor)
    address = f"/places/{world.place.pk}/enrolments/new"
    assert address in client.get(f"/cases/{world.case.reference}").content.decode()
    answer = client.post(address, arranged(world))
    made = Enrolment.objects.get()
    assert answer["Location"] == f"/enrolments/{made.pk}"
    assert client.post(address, arranged(world))["Location"] == f"/enrolments/{made.pk}"
    assert Enrolment.objects.count() == 1, "sent twice, it is one"
    shown = text_of(client.get(answer["Location"]))
    assert "Robin Example Side by Side" in shown
    assert "No session is recorded yet" in shown


def test_whoever_types_the_goal_is_told_that_partners_read_it(
    world: World, signed_in: Signed
) -> None:
    form = signed_in(world.mentor).get(f"/places/{world.place.pk}/enrolments/new")
    assert "Partners with whom the help is shared read it too" in text_of(form)


def test_services_for_the_child_s_age_stand_first_and_harm_is_said_plainly(
    world: World, signed_in: Signed
) -> None:
    world.offer(name="Another age", youngest=2, oldest=7)
    world.offer(name="A harm", approach=Approach.objects.get(code="boot_camps"))
    world.offer(name="Full", capacity=None)
    page = signed_in(world.lead_worker).get(f"/places/{world.place.pk}/enrolments/new")
    words = [label for _, label in page.context["form"].fields["service"].choices]
    assert words == ["Full", "Side by Side", "A harm", "Another age"]
    shown = text_of(page)
    assert "A harm The evidence says that this kind of help can do harm." in shown
    assert "The child is 13 on that day, and this service is for ages 2 to 7." in shown
    assert "Side by Side: Mentoring YEF Toolkit" in shown
    assert "YEF Toolkit To be checked Likely impact: moderate How sure: moderate" in shown


def test_harm_and_another_age_need_a_reason_that_is_shown_to_who_may_read_it(
    world: World, signed_in: Signed
) -> None:
    harmful = world.offer(name="A harm", approach=Approach.objects.get(code="boot_camps"))
    client = signed_in(world.lead_worker)
    address = f"/places/{world.place.pk}/enrolments/new"
    refused = client.post(address, arranged(world, service=harmful.pk, goal="Typed with care"))
    assert refused.status_code == 422
    assert "can do harm. Say why this is right all the same." in text_of(refused)
    assert "Typed with care" in refused.content.decode()
    said = arranged(world, service=harmful.pk, override_reason="Ordered by the court")
    shown = text_of(client.post(address, said, follow=True))
    assert "Why it is right all the same Ordered by the court" in shown


def test_a_full_service_says_so_at_the_field(world: World, signed_in: Signed) -> None:
    world.enrol(place=world.other_place)
    single = world.offer(name="One", capacity=1)
    world.enrol(place=world.other_place, service=single)
    refused = signed_in(world.lead_worker).post(
        f"/places/{world.place.pk}/enrolments/new", arranged(world, service=single.pk)
    )
    assert refused.status_code == 422
    assert "One has no place free now" in text_of(refused)


@pytest.mark.parametrize(
    "said", [{"service": "x"}, {"service": "9" * 30}, {"starts_on-day": "31"}, {"goal": "x" * 301}]
)
def test_bad_input_is_never_a_crash(
    world: World, signed_in: Signed, said: dict[str, object]
) -> None:
    address = f"/places/{world.place.pk}/enrolments/new"
    assert signed_in(world.lead_worker).post(address, arranged(world, **said)).status_code == 422


# --- one course on one page


def test_who_sits_round_the_child_reads_all_of_it(
    world: World, course: Enrolment, signed_in: Signed
) -> None:
    shown = text_of(signed_in(world.mentor).get(f"/enrolments/{course.pk}"))
    for words in (
        "Provider Open Door",
        "Goal Somebody to talk to",
        "First day 25 September 2026",
        "Came to 1 of 1 session, the last on 17 November 2026",
        "He listens to me It helped a lot, 24 November 2026, written down by Mo Mentor",
        "3 at the start, 25 September 2026; 7 on 24 November 2026",
        "+4, better. More than noise (3 points or more)",
        "It does not say what moved it",
        "Attended, 60 minutes Talked about school",
        "a default by judgement",
        "Log a session",
        "End this help",
    ):
        assert words in shown
    assert "impact of" not in shown
    (entry,) = Entry.objects.filter(verb="enrolment", kind=Kind.CONSULTATION)
    assert (entry.persons, entry.records) == ([world.child.pk], {"enrolment": course.pk})


def test_of_an_sdq_nobody_says_how_much_is_noise(
    world: World, course: Enrolment, signed_in: Signed
) -> None:
    for stage, score in (("baseline", 22), ("follow-up", 15)):
        world.measure(
            course,
            scale=scale("sdq_total"),
            respondent="parent",
            stage=stage,
            score=Decimal(score),
            taken_on=clock.today() - timedelta(days=30 if stage == "baseline" else 0),
        )
    shown = text_of(signed_in(world.mentor).get(f"/enrolments/{course.pk}"))
    assert "−7, better. How much would be more than noise is not known" in shown
    assert "copyright Youthinmind" in shown


def test_with_the_section_a_partner_reads_what_happened_and_nothing_typed(
    world: World, course: Enrolment, signed_in: Signed
) -> None:
    world.share("summary", "chronology", "interventions")
    client = signed_in(world.teacher)
    page = client.get(f"/enrolments/{course.pk}")
    shown = text_of(page)
    for words in ("Open Door", "Somebody to talk to", "Attended, 60 minutes", "+4, better"):
        assert words in shown
    for hidden in ("Talked about school", "He listens", "own words", "Mo Mentor", "Log a session"):
        assert hidden not in page.content.decode()
    record = client.get(f"/children/{world.child.pk}")
    assert f"/enrolments/{course.pk}" in record.content.decode()
    assert "Running Side by Side, Open Door" in text_of(record)
    assert "Arrange help" not in text_of(record)
    assert "Enrolled in Side by Side" in text_of(record), "in the chronology"
    assert (
        f"/enrolments/{course.pk}" in client.get(f"/cases/{world.case.reference}").content.decode()
    )
    for what in ("sessions/new", "measures/new", "feedback/new", "end"):
        assert client.get(f"/enrolments/{course.pk}/{what}").status_code == 403


def test_why_it_ended_is_not_for_a_partner(
    world: World, course: Enrolment, signed_in: Signed
) -> None:
    world.share("summary", "chronology", "interventions")
    world.end(course, reason="family stopped", note="Mother was afraid")
    page = signed_in(world.teacher).get(f"/enrolments/{course.pk}").content.decode()
    assert "Ended" in page
    assert "chose to stop" not in page
    assert "afraid" not in page
    shown = text_of(signed_in(world.lead_worker).get(f"/enrolments/{course.pk}"))
    assert "Why it ended The child or family chose to stop Mother was afraid" in shown


def test_without_the_section_nothing_of_it_is_there(
    world: World, course: Enrolment, signed_in: Signed
) -> None:
    share = world.share(*[section for section in ALL if section != "interventions"])
    client = signed_in(world.teacher)
    for address in (f"/children/{world.child.pk}", f"/cases/{world.case.reference}", "/shared"):
        page = client.get(address)
        assert page.status_code == 200
        for hidden in ("Side by Side", "/enrolments/", '-m">Help</h', "session"):
            assert hidden not in page.content.decode(), address
    addresses = [f"/enrolments/{{}}{tail}" for tail in ("", "/sessions/new", "/end")]
    for address in addresses:
        same_as_if_not_there(client, address, course)
    assert client.get(f"/places/{world.place.pk}/enrolments/new").status_code == 404
    partners.commands.end_share(share, reason="Enough", by=world.lead_worker)
    same_as_if_not_there(client, "/enrolments/{}", course)


def same_as_if_not_there(client: Client, address: str, course: Enrolment) -> None:
    theirs, nobodys = (client.get(address.format(pk)) for pk in (course.pk, 987654321))
    assert theirs.status_code == nobodys.status_code == 404
    assert TOKEN.sub("", theirs.content.decode()) == TOKEN.sub("", nobodys.content.decode())


@pytest.mark.parametrize(("sections", "shown"), [(["interventions"], True), (["plan"], False)])
def test_the_preview_of_a_share_shows_the_help_if_it_is_shared(
    world: World, course: Enrolment, signed_in: Signed, sections: list[str], shown: bool
) -> None:
    base = world.base
    agreement = partners_world.sign(
        by=base.signer, parties=[base.police, base.school], sections=ALL, title="All of it"
    )
    page = signed_in(world.lead_worker).post(
        f"/places/{world.place.pk}/shares/new",
        {
            "agreement": agreement.pk,
            "agency": base.school.pk,
            "purpose": "Early help",
            "lawful_basis": "public task",
            "is_safeguarding": "no",
            "necessity": "School can notice",
            "sections": ["chronology", *sections],
            "summary": "In short",
            **on("until", 24, 12),
            "preview": "yes",
        },
    )
    assert "As Northfield Academy will see it" in text_of(page)
    assert ("Running Side by Side" in text_of(page)) == shown
    assert ("Enrolled in Side by Side" in text_of(page)) == shown
    assert "Arrange help" not in text_of(page)


def test_the_full_record_shows_the_help_with_its_place(
    world: World, course: Enrolment, signed_in: Signed
) -> None:
    shown = text_of(signed_in(world.lead_worker).get(f"/children/{world.child.pk}"))
    assert "Help Running Side by Side, Open Door Since 25 September 2026." in shown
    assert "Came to 1 of 1 session" in shown
    assert "Arrange help" in shown


# --- adding


def test_a_session_is_logged(world: World, course: Enrolment, signed_in: Signed) -> None:
    client = signed_in(world.mentor)
    said = {
        **on("held_at", 20),
        "held_at-time": "16:30",
        "attendance": "late",
        "minutes": "45",
        "note": "Came by bus",
    }
    address = f"/enrolments/{course.pk}/sessions/new"
    assert client.get(address).status_code == 200
    for _ in range(2):
        answer = client.post(address, said)
        assert answer["Location"] == f"/enrolments/{course.pk}"
    assert Session.objects.count() == 2
    assert "20 November 2026 at 16:30 Attended, late, 45 minutes Came by bus" in text_of(
        client.get(answer["Location"])
    )
    refused = client.post(address, said | {"attendance": "missed"})
    assert refused.status_code == 422
    assert "A session at this moment is recorded" in text_of(refused)
    assert "Leave the minutes out" in text_of(refused)
    assert "Came by bus" in refused.content.decode()


def test_a_score_is_recorded(world: World, course: Enrolment, signed_in: Signed) -> None:
    client = signed_in(world.mentor)
    said = {
        "scale": scale("sdq_total").pk,
        "respondent": "teacher",
        "stage": "baseline",
        **on("taken_on", 20),
        "score": "41",
    }
    address = f"/enrolments/{course.pk}/measures/new"
    form = text_of(client.get(address))
    assert "0 to 40, lower is better" in form
    assert "only the score is kept here" in form
    refused = client.post(address, said)
    assert refused.status_code == 422
    assert "The score must be within this scale, 0 to 40." in text_of(refused)
    for score in ("", "many", "1e999", "NaN"):
        assert client.post(address, said | {"score": score}).status_code == 422
    assert client.post(address, said | {"score": "21"}).status_code == 302
    assert Measure.objects.get(respondent="teacher").score == 21


def test_what_they_say_is_recorded(world: World, course: Enrolment, signed_in: Signed) -> None:
    client = signed_in(world.lead_worker)
    address = f"/enrolments/{course.pk}/feedback/new"
    said = {**on("given_on", 24), "helped": "not said", "words": "", "why_not_asked": ""}
    refused = client.post(address, said)
    assert refused.status_code == 422
    assert "Write what they say, or why they were not asked." in text_of(refused)
    shown = text_of(client.post(address, said | {"why_not_asked": "In hospital"}, follow=True))
    assert "Not asked by 24 November 2026: In hospital" in shown
    assert Feedback.objects.count() == 2


def test_it_is_ended_and_then_only_later_scores_and_words_are_offered(
    world: World, course: Enrolment, signed_in: Signed
) -> None:
    client = signed_in(world.mentor)
    address = f"/enrolments/{course.pk}/end"
    said = {"reason": "not engaged", **on("ended_on", 24), "note": ""}
    refused = client.post(address, said)
    assert refused.status_code == 422
    assert "0 of 3 missed sessions are recorded: say what was tried." in text_of(refused)
    shown = text_of(client.post(address, said | {"note": "Rang and called round"}, follow=True))
    assert "Why it ended Not engaged, after at least three tries Rang and called round" in shown
    assert "Record a later score" in shown
    assert "Log a session" not in shown
    client.post(address, said | {"reason": "completed"})
    course.refresh_from_db()
    assert course.end_reason == "not engaged", "ended twice, it stays as it was"
    late = client.post(
        f"/enrolments/{course.pk}/sessions/new",
        {**on("held_at", 23), "held_at-time": "9am", "attendance": "attended"},
    )
    assert late.status_code == 422
    assert "This help has ended" in text_of(late)


def test_a_child_s_own_place_tells_nothing_of_a_sibling_s_help(
    world: World, course: Enrolment, signed_in: Signed
) -> None:
    other = world.enrol(place=world.other_place)
    assert signed_in(world.mentor).get(f"/enrolments/{other.pk}").status_code == 404
    address = f"/places/{world.other_place.pk}/enrolments/new"
    assert signed_in(world.mentor).get(address).status_code == 404
    assert signed_in(world.mentor).post(address, arranged(world)).status_code == 404


def test_the_page_that_cannot_close_the_case_yet_leads_to_the_help_that_runs(
    world: World, course: Enrolment, signed_in: Signed
) -> None:
    page = signed_in(world.lead_worker).get(f"/cases/EI-{world.place.case_id}/close")
    assert "End Robin’s help first: Side by Side is still running." in text_of(page)
    assert f'href="/enrolments/{course.pk}"' in page.content.decode()


@pytest.mark.parametrize(
    ("address", "button"),
    [
        ("sessions/new", "Log the session"),
        ("measures/new", "Record the score"),
        ("feedback/new", "Record what they say"),
        ("end", "End this help"),
    ],
)
def test_the_button_says_what_it_does(
    world: World, course: Enrolment, signed_in: Signed, address: str, button: str
) -> None:
    page = signed_in(world.mentor).get(f"/enrolments/{course.pk}/{address}").content.decode()
    assert f">{button}</button>" in page
