"""In, out, and the pages that anybody may open."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from redis.exceptions import RedisError

import accounts.commands
import accounts.queries
from accounts.forms import SignIn
from accounts.models import User
from desk.requests import posted

# The same words for a user name that nobody has: sign-in tells nobody who works here.
WRONG = "The user name or the password is not right. Check both and try again."
LOCKED = f"Too many tries. Wait 15 minutes, or call {settings.HUB_PHONE} if you can't wait."


@never_cache
@require_safe
@non_atomic_requests
def health(request: HttpRequest) -> HttpResponse:
    """Whether the database and Redis answer: 200 if both do, else 503."""
    answers = {"database": _database_answers(), "redis": _redis_answers()}
    lines = "".join(f"{name}: {'ok' if ok else 'no answer'}\n" for name, ok in answers.items())
    return HttpResponse(
        lines, content_type="text/plain", status=200 if all(answers.values()) else 503
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseFault:
        return False


def _redis_answers() -> bool:
    try:
        cache.get("health")
    except RedisError:
        return False
    return True


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a user in. Whoever is in already goes to their work."""
    if request.user.is_authenticated:
        return redirect("home")
    goal = request.POST.get("next") or request.GET.get("next", "")
    form = SignIn(posted(request))
    if form.is_valid():
        user = _recognise(request, form)
        if user is not None:
            login(request, user)
            accounts.commands.note_sign_in(by=user)
            return redirect(goal if _is_ours(request, goal) else "home")
    status = 422 if form.errors else 200
    return render(request, "accounts/sign_in.html", {"form": form, "next": goal}, status=status)


def _recognise(request: HttpRequest, form: SignIn) -> User | None:
    """The user that was typed. Else None: counted, and said on the form."""
    username = form.cleaned_data["username"]
    accounts.commands.await_turn(username)
    if accounts.queries.locked(username):
        form.add_error(None, LOCKED)
        return None
    user = authenticate(request, username=username, password=form.cleaned_data["password"])
    if user is None:
        address = request.META.get("REMOTE_ADDR") or None
        accounts.commands.note_failed_sign_in(username, address)
        form.add_error(None, LOCKED if accounts.queries.locked(username) else WRONG)
    return user


def _is_ours(request: HttpRequest, goal: str) -> bool:
    return url_has_allowed_host_and_scheme(
        goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign_in")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "accessibility.html")
