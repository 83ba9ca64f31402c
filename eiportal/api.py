"""Every address of the API, /api/v1/...; each is in tests/access/test_api_matrix.py."""

from django.urls import path, re_path

import cases.api
import interventions.api.services
import interventions.api.shares
import oversight.api
import partners.api.agreements
import partners.api.asked
import partners.api.asking
import partners.api.contributions
import partners.api.not_sharing
import partners.api.notices
import partners.api.requests
import partners.api.shares
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
    path("v1/duty", rest.api.duty, name="duty"),
    path("v1/contacts", cases.api.contacts, name="contacts"),
    path("v1/referrals", referrals.api.own, name="referrals"),
    path("v1/referrals/<referral:reference>", referrals.api.one, name="referral"),
    path("v1/notices", partners.api.notices.notices, name="notices"),
    path("v1/notices/<id:notice>", partners.api.notices.notice, name="notice"),
    path(
        "v1/notices/<id:notice>/acknowledgement",
        partners.api.notices.acknowledge_notice,
        name="notice_acknowledgement",
    ),
    path("v1/children/<id:child>/readings", risk.api.readings, name="readings"),
    path("v1/children/<id:child>/watch-for", risk.api.watch_for, name="watch_for"),
    path(
        "v1/children/<id:child>/not-shared",
        partners.api.not_sharing.not_shared,
        name="not_shared",
    ),
    path("v1/shared", partners.api.shares.shared, name="shared"),
    path("v1/shared/<share:share>", interventions.api.shares.one, name="shared_one"),
    path(
        "v1/shared/<share:share>/contributions",
        partners.api.shares.contribute,
        name="shared_contributions",
    ),
    path("v1/requests", partners.api.requests.waiting, name="requests"),
    path("v1/requests/<id:asked>", partners.api.requests.one, name="request"),
    path("v1/requests/<id:asked>/answer", partners.api.requests.answer, name="request_answer"),
    path(
        "v1/cases/<case:case>/children/<id:child>/to-ask",
        partners.api.asking.to_ask,
        name="to_ask",
    ),
    path(
        "v1/cases/<case:case>/children/<id:child>/requests",
        partners.api.asking.ask,
        name="request_new",
    ),
    path(
        "v1/cases/<case:case>/children/<id:child>/contributions",
        partners.api.contributions.contributions,
        name="contributions",
    ),
    path(
        "v1/contributions/<id:contribution>",
        partners.api.contributions.one,
        name="contribution",
    ),
    path(
        "v1/contributions/<id:contribution>/passing-on",
        partners.api.contributions.pass_on,
        name="passing_on",
    ),
    path("v1/requests/sent", partners.api.asked.sent, name="requests_sent"),
    path("v1/requests/sent/<id:asked>", partners.api.asked.one, name="request_sent"),
    path("v1/agreements", partners.api.agreements.agreements, name="agreements"),
    path("v1/agreements/<id:agreement>", partners.api.agreements.agreement, name="agreement"),
    path("v1/services", interventions.api.services.services, name="services"),
    path("v1/services/<uuid:key>", interventions.api.services.service, name="service"),
    # the force's own monitoring
    path("v1/record-of-use", oversight.api.record_of_use, name="record_of_use"),
    re_path("", rest.api.unknown, name="unknown"),
]
