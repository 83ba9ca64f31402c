"""The pages where people work. Addresses are nouns; each is in tests/access/test_matrix.py."""

from django.urls import path, register_converter

from desk.converters import CaseReference, Id, ReferralReference, ShareReference
from desk.views import (
    account,
    break_glass,
    cases,
    children,
    clients,
    closing,
    consents,
    contacts,
    contributions,
    dashboard,
    dip_samples,
    evaluations,
    flags,
    holdings,
    home,
    information_requests,
    interventions,
    not_shared,
    notices,
    openings,
    own,
    partners,
    people,
    prompts,
    record_of_use,
    referrals,
    restrictions,
    retention,
    rota,
    runs,
    search,
    seats,
    services,
    sharing,
    standing,
    teams,
)

register_converter(Id, "id")
register_converter(CaseReference, "case")
register_converter(ReferralReference, "referral")
register_converter(ShareReference, "share")

urlpatterns = [
    # open to anybody
    path("health", account.health, name="health"),
    path("sign-in", account.sign_in, name="sign_in"),
    path("accessibility", account.accessibility, name="accessibility"),
    # everybody who is signed in
    path("sign-out", account.sign_out, name="sign_out"),
    path("", home.home, name="home"),
    path("pages", home.pages, name="pages"),
    path("notifications/<id:notification_id>", home.notification, name="notification"),
    # figures
    path("dashboard", dashboard.dashboard, name="dashboard"),
    path("dashboard/<slug:code>", dashboard.area, name="dashboard_area"),
    # contacts
    path("contacts/new", contacts.new, name="contact_new"),
    path("contacts/drafts/<uuid:key>", contacts.draft, name="contact_draft"),
    path("contacts/drafts/<uuid:key>/save", contacts.save, name="contact_draft_save"),
    path("contacts/drafts/<uuid:key>/matches", contacts.matches, name="contact_matches"),
    path("contacts/<id:contact_id>", contacts.contact, name="contact"),
    path("contacts/<id:contact_id>/complete", contacts.complete, name="contact_complete"),
    path(
        "contacts/<id:contact_id>/complete/save",
        contacts.save_completion,
        name="contact_complete_save",
    ),
    path("contacts/<id:contact_id>/refer", referrals.refer, name="contact_refer"),
    # children
    path("search", search.search, name="search"),
    path("children/<id:person_id>", children.child, name="child"),
    path("children/<id:person_id>/readings", children.readings, name="child_readings"),
    path("children/<id:person_id>/looks", children.looks, name="child_looks"),
    # what everybody must know of a child; opening a record with a reason; what one told oneself
    path("children/<id:person_id>/open", openings.open_record, name="child_open"),
    path("children/<id:person_id>/cautions/new", standing.new_caution, name="caution_new"),
    path("cautions/<id:caution_id>/end", standing.end_caution, name="caution_end"),
    path("children/<id:person_id>/statuses/new", standing.new_status, name="status_new"),
    path("statuses/<id:status_id>/end", standing.end_status, name="status_end"),
    path("children/<id:person_id>/safe-to-tell", standing.safe_to_tell, name="safe_to_tell"),
    path("children/<id:person_id>/birth-date", standing.birth_date, name="birth_date"),
    path("own", own.own, name="own"),
    # what must be answered
    path("flags", flags.flags, name="flags"),
    path("flags/<id:flag_id>", flags.flag, name="flag"),
    path("prompts", prompts.prompts, name="prompts"),
    path("prompts/<id:prompt_id>", prompts.decide, name="prompt"),
    # referrals
    path("referrals", referrals.referrals, name="referrals"),
    path("referrals/<referral:referral_id>", referrals.referral, name="referral"),
    # cases
    path("cases", cases.cases, name="cases"),
    path("cases/<case:case_id>", cases.case, name="case"),
    path("cases/<case:case_id>/reviews/new", closing.new_review, name="review_new"),
    path("cases/<case:case_id>/close", closing.close, name="case_close"),
    path("places/<id:place_id>/actions/new", cases.new_action, name="action_new"),
    path("actions/<id:action_id>", cases.action, name="action"),
    # who is on the team around a child
    path("places/<id:place_id>/seats/new", seats.new_seat, name="seat_new"),
    path("seats/<id:seat_id>/end", seats.end_seat, name="seat_end"),
    # partners
    path("places/<id:place_id>/shares/new", sharing.new_share, name="share_new"),
    path("children/<id:person_id>/shares/new", sharing.new_child_share, name="child_share_new"),
    path(
        "children/<id:person_id>/contacts/<id:contact_id>/shares/new",
        sharing.new_contact_share,
        name="contact_share_new",
    ),
    path("shares", holdings.shares, name="shares"),
    path("shares/<id:share_id>/end", sharing.end_share, name="share_end"),
    path("shares/<id:share_id>/extend", sharing.extend_share, name="share_extend"),
    path("shares/<id:share_id>/texts", sharing.share_texts, name="share_texts"),
    path("shared", partners.shared, name="shared"),
    path(
        "places/<id:place_id>/contributions/new",
        partners.new_contribution,
        name="contribution_new",
    ),
    # agreement to help, decisions not to share, what agencies ask each other
    path("places/<id:place_id>/consents/new", consents.new_consent, name="consent_new"),
    path("consents/<id:consent_id>/withdraw", consents.withdraw, name="consent_withdraw"),
    path("withdrawals/<id:decision_id>", consents.withdrawal, name="withdrawal"),
    path("places/<id:place_id>/not-shared/new", not_shared.of_place, name="not_shared_place"),
    path("children/<id:person_id>/not-shared/new", not_shared.of_child, name="not_shared_child"),
    path("not-shared/<id:decision_id>", not_shared.decision, name="not_shared"),
    path("places/<id:place_id>/requests/new", information_requests.new_request, name="request_new"),
    path("requests", information_requests.requests, name="requests"),
    path("requests/<id:request_id>", information_requests.asked, name="request"),
    path(
        "contributions/<id:contribution_id>/pass-on",
        contributions.pass_on,
        name="contribution_pass_on",
    ),
    path("agreements", partners.agreements, name="agreements"),
    path("agreements/new", partners.new_agreement, name="agreement_new"),
    path("agreements/<id:agreement_id>", partners.agreement, name="agreement"),
    # notices
    path("contacts/<id:contact_id>/notices/new", notices.of_contact, name="contact_notice_new"),
    path("children/<id:person_id>/notices/new", notices.of_child, name="child_notice_new"),
    path("notices", notices.notices, name="notices"),
    path("notices/<id:notice_id>", notices.notice, name="notice"),
    path("notices/<id:notice_id>/recall", notices.recall, name="notice_recall"),
    path(
        "agreements/<id:agreement_id>/suspension",
        partners.suspend_agreement,
        name="agreement_suspension",
    ),
    # help
    path("services", services.services, name="services"),
    path("services/new", services.new_service, name="service_new"),
    path("services/<id:service_id>", services.service, name="service"),
    path("services/<id:service_id>/change", services.change_service, name="service_change"),
    path("places/<id:place_id>/enrolments/new", interventions.new_enrolment, name="enrolment_new"),
    path("enrolments/<id:enrolment_id>", interventions.enrolment, name="enrolment"),
    path(
        "enrolments/<id:enrolment_id>/sessions/new", interventions.new_session, name="session_new"
    ),
    path(
        "enrolments/<id:enrolment_id>/measures/new", interventions.new_measure, name="measure_new"
    ),
    path(
        "enrolments/<id:enrolment_id>/feedback/new", interventions.new_feedback, name="feedback_new"
    ),
    path("enrolments/<id:enrolment_id>/end", interventions.end_enrolment, name="enrolment_end"),
    # how the portal runs, and who looked
    path("runs", runs.runs, name="runs"),
    path("runs/<id:run_id>", runs.run, name="run"),
    path("runs/<id:run_id>/progress", runs.progress, name="run_progress"),
    path("clients", clients.clients, name="clients"),
    path("clients/new", clients.new, name="client_new"),
    path("clients/<id:client_id>", clients.client, name="client"),
    # people, teams, and who is on duty
    path("people", people.people, name="people"),
    path("people/new", people.new, name="person_new"),
    path("people/<id:user_id>", people.person, name="person"),
    path("teams", teams.teams, name="teams"),
    path("teams/new", teams.new, name="team_new"),
    path("teams/<id:team_id>", teams.team, name="team"),
    path("rota", rota.rota, name="rota"),
    path("rota/new", rota.new, name="duty_new"),
    path("rota/<id:post_id>", rota.post, name="duty_post"),
    # does it help?
    path("evaluations", evaluations.evaluations, name="evaluations"),
    path("evaluations/new", evaluations.new, name="evaluation_new"),
    path("evaluations/<id:evaluation_id>", evaluations.evaluation, name="evaluation"),
    path(
        "evaluations/<id:evaluation_id>/progress",
        evaluations.progress,
        name="evaluation_progress",
    ),
    path("evaluations/<id:evaluation_id>/reports", evaluations.write, name="evaluation_write"),
    path(
        "evaluations/<id:evaluation_id>/reports/<id:report_id>",
        evaluations.report,
        name="evaluation_report",
    ),
    path(
        "evaluations/<id:evaluation_id>/reports/<id:report_id>.pdf",
        evaluations.pdf,
        name="evaluation_pdf",
    ),
    path(
        "evaluations/<id:evaluation_id>/reports/<id:report_id>.csv",
        evaluations.csv,
        name="evaluation_csv",
    ),
    # the record of use
    # how long records are kept
    path("retention", retention.retention, name="retention"),
    path("retention/due/<id:due_id>", retention.due, name="retention_due"),
    path("retention/holds/new", retention.new_hold, name="legal_hold_new"),
    path("retention/holds/<id:hold_id>", retention.hold, name="legal_hold"),
    path("record-of-use", record_of_use.entries, name="record_of_use"),
    # restricted and sealed records
    path("break-glass", break_glass.break_glass, name="break_glass"),
    path("break-glass/reviews", break_glass.reviews, name="break_glass_reviews"),
    path("break-glass/reviews/<id:try_id>", break_glass.review, name="break_glass_review"),
    path("restrictions", restrictions.restrictions, name="restrictions"),
    path("restrictions/new", restrictions.new, name="restriction_new"),
    path("restrictions/<id:restriction_id>", restrictions.restriction, name="restriction"),
    path("restrictions/<id:restriction_id>/names/new", restrictions.name, name="named_place_new"),
    path(
        "restrictions/<id:restriction_id>/owner",
        restrictions.hand_over,
        name="restriction_hand_over",
    ),
    path(
        "restrictions/<id:restriction_id>/referrals/<referral:referral_id>",
        restrictions.answer_referral,
        name="restriction_referral",
    ),
    path("restrictions/<id:restriction_id>/seal", restrictions.seal, name="restriction_seal"),
    path("restrictions/<id:restriction_id>/lift", restrictions.lift, name="restriction_lift"),
    path("named-places/<id:place_id>/end", restrictions.take_off, name="named_place_end"),
    path("hits/<id:hit_id>", restrictions.hit, name="private_hit"),
    path("record-of-use.csv", record_of_use.export, name="record_of_use_export"),
    path("dip-samples", dip_samples.dip_samples, name="dip_samples"),
    path("dip-samples/<id:sample_id>", dip_samples.dip_sample, name="dip_sample"),
]
