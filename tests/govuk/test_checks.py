from django.test import override_settings

from govuk.checks import MIDDLEWARE, SIGNED_IN, safe_send_is_answered


def test_the_middleware_that_the_script_needs_is_asked_for():
    with override_settings(MIDDLEWARE=[]):
        assert [error.id for error in safe_send_is_answered()] == ["govuk.E001"]
    with override_settings(MIDDLEWARE=[MIDDLEWARE]):
        assert safe_send_is_answered() == []


def test_it_must_see_the_redirects_to_the_sign_in_page():
    with override_settings(MIDDLEWARE=[SIGNED_IN, MIDDLEWARE]):
        assert [error.id for error in safe_send_is_answered()] == ["govuk.E002"]
    with override_settings(MIDDLEWARE=[MIDDLEWARE, SIGNED_IN]):
        assert safe_send_is_answered() == []
