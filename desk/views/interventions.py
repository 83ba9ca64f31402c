"""A child's course of help: begun, its sessions, scores and the young person's words, ended."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

import cases.queries
import clock
from cases.models import Section
from desk import refusals
from desk.looks import looked_at
from desk.requests import Request, posted
from govuk.forms import Form
from interventions import commands, forms, permissions, queries
from interventions.models import Enrolment
from interventions.quoting import quotes


def new_enrolment(request: Request, place_id: int) -> HttpResponse:
    """Choose a service for a child, and begin it."""
    place = cases.queries.place(place_id, viewer=request.user)
    permissions.check_can_deliver(place, by=request.user)
    form = forms.Enrol(
        posted(request),
        viewer=request.user,
        place=place,
        initial={"goal": place.goal, "starts_on": clock.today()},
    )
    if form.is_valid():
        try:
            begun = commands.enrol(place, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, f"The help is arranged: {begun.service}.")
            return redirect("enrolment", begun.pk)
    sight = cases.queries.sight_of(place, viewer=request.user)
    looked_at(request, sight, records={"place": place.pk})
    status = 422 if form.errors else 200
    offered = queries.services(viewer=request.user).filter(closed_at=None)
    evidence = [(each, quotes(each.approach.ratings)) for each in offered]
    context = {"place": place, "form": form, "evidence": evidence}
    return render(request, "desk/help/new_enrolment.html", context, status=status)


def enrolment(request: Request, enrolment_id: int) -> HttpResponse:
    """One course on one page, as far as the viewer may read it."""
    found = queries.enrolment(enrolment_id, viewer=request.user)
    sight = cases.queries.sight_of(found.place, viewer=request.user)
    looked_at(request, sight, records={"enrolment": found.pk})
    reads = queries.reads_narrative(found, viewer=request.user)
    context = {
        "enrolment": found,
        "reads_narrative": reads,
        "sessions": queries.sessions(found, viewer=request.user),
        "distances": queries.distances(found, viewer=request.user),
        "measures": queries.measures(found, viewer=request.user),
        "feedback": queries.feedback(found, viewer=request.user),
        "quotes": quotes(found.service.approach.ratings),
        "can_deliver": permissions.can_deliver(found.place, by=request.user),
        "opens_case": sight.shows(Section.PLAN),
    }
    return render(request, "desk/help/enrolment.html", context)


def new_session(request: Request, enrolment_id: int) -> HttpResponse:
    """Log a session of a course."""
    found = _to_write(request, enrolment_id)
    form = forms.LogSession(posted(request), initial={"held_at": clock.now()})
    return _write(
        request,
        found,
        form,
        commands.log_session,
        "Log a session",
        "The session is logged.",
        button="Log the session",
    )


def new_measure(request: Request, enrolment_id: int) -> HttpResponse:
    """Record a score on a scale."""
    found = _to_write(request, enrolment_id)
    form = forms.RecordMeasure(
        posted(request),
        viewer=request.user,
        enrolment=found,
        initial={"taken_on": clock.today()},
    )
    return _write(
        request,
        found,
        form,
        commands.record_measure,
        "Record a score",
        "The score is recorded.",
        button="Record the score",
    )


def new_feedback(request: Request, enrolment_id: int) -> HttpResponse:
    """Record what the young person says of the help."""
    found = _to_write(request, enrolment_id)
    form = forms.RecordFeedback(posted(request), initial={"given_on": clock.today()})
    return _write(
        request,
        found,
        form,
        commands.record_feedback,
        "What they say",
        "What they say is recorded.",
        button="Record what they say",
    )


def end_enrolment(request: Request, enrolment_id: int) -> HttpResponse:
    """End a course, with a reason."""
    found = _to_write(request, enrolment_id)
    form = forms.EndEnrolment(posted(request), initial={"ended_on": clock.today()})
    return _write(
        request,
        found,
        form,
        commands.end_enrolment,
        "End this help",
        "The help has ended.",
        button="End this help",
    )


def _to_write(request: Request, enrolment_id: int) -> Enrolment:
    """The course, for whoever may add to it: 404 where it is not open to them, 403 else."""
    found = queries.enrolment(enrolment_id, viewer=request.user)
    permissions.check_can_deliver(found.place, by=request.user)
    return found


def _write(
    request: Request,
    enrolment: Enrolment,
    form: Form,
    command: Callable[..., object],
    heading: str,
    done: str,
    *,
    button: str,
) -> HttpResponse:
    """One form about a course: its command, then back to the course."""
    if form.is_valid():
        try:
            command(enrolment, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refusals.put(form, error)
        else:
            messages.success(request, done)
            return redirect("enrolment", enrolment.pk)
    sight = cases.queries.sight_of(enrolment.place, viewer=request.user)
    looked_at(request, sight, records={"enrolment": enrolment.pk})
    context = {"enrolment": enrolment, "form": form, "heading": heading, "button": button}
    status = 422 if form.errors else 200
    return render(request, "desk/help/write.html", context, status=status)
