"""Every address of the API, /api/v1/...; each is in tests/access/test_api_matrix.py."""

from django.urls import path, re_path

import cases.api
import interventions.api
import partners.api
import referrals.api
import rest.api
import risk.api

app_name = "api"

urlpatterns = [
    # open to anybody
    path("v1/schema/", rest.api.schema, name="schema"),
    path("v1/docs/", rest.api.docs, name="docs"),
    path("v1/token", rest.api.token, name="token"),
    # clients with a token
    path("v1/me", rest.api.me, name="me"),
    path("v1/contacts", cases.api.contacts, name="contacts"),
    path("v1/referrals", referrals.api.own, name="referrals"),
    path("v1/referrals/<referral:reference>", referrals.api.one, name="referral"),
    path("v1/children/<id:child>/readings", risk.api.readings, name="readings"),
    path("v1/children/<id:child>/watch-for", risk.api.watch_for, name="watch_for"),
    path("v1/shared", partners.api.shared, name="shared"),
    path("v1/services", interventions.api.services, name="services"),
    path("v1/services/<uuid:key>", interventions.api.service, name="service"),
    re_path("", rest.api.unknown, name="unknown"),
]
