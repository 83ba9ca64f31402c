"""portal.js sends in the background; a redirect is answered so that it can go there itself."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory, override_settings

from govuk.middleware import SafeSend

pytestmark = pytest.mark.usefixtures("own_pages")


def answer(response, **headers):
    request = RequestFactory().post("/", headers=headers)
    return SafeSend(lambda _: response)(request)


def test_a_redirect_becomes_the_address_alone_and_keeps_its_cookies():
    redirect = HttpResponseRedirect("/cases/EI-204")
    redirect.set_cookie("messages", "saved")
    given = answer(redirect, x_safe_send="yes")
    assert given.status_code == 204
    assert given["X-Location"] == "/cases/EI-204"
    assert "Location" not in given
    assert given.cookies["messages"].value == "saved"


@override_settings(LOGIN_URL="sign_in")
def test_a_redirect_to_the_sign_in_page_says_signed_out():
    assert answer(HttpResponseRedirect("/sign-in?next=/"), x_safe_send="yes").status_code == 401
    assert answer(HttpResponseRedirect("/sign-in-help"), x_safe_send="yes").status_code == 204


def test_any_other_answer_passes():
    assert answer(HttpResponse("page"), x_safe_send="yes").content == b"page"


def test_a_plain_request_is_redirected_as_ever():
    given = answer(HttpResponseRedirect("/cases"))
    assert (given.status_code, given["Location"]) == (302, "/cases")
