"""The pages where people work. Addresses are nouns; each is in tests/access/test_matrix.py."""

from django.urls import path, register_converter

from desk.converters import CaseReference, Id, ReferralReference
from desk.views import (
    account,
    cases,
    children,
    clients,
    closing,
    contacts,
    dashboard,
    evaluations,
    flags,
    holdings,
    home,
    interventions,
    partners,
    prompts,
    record_of_use,
    referrals,
    runs,
    search,
    services,
    sharing,
)

register_converter(Id, "id")
register_converter(CaseReference, "case")
register_converter(ReferralReference, "referral")

urlpatterns = [
    # open to anybody
    path("health", account.health, name="health"),
    path("sign-in", account.sign_in, name="sign_in"),
    path("accessibility", account.accessibility, name="accessibility"),
    # everybody who is signed in
    path("sign-out", account.sign_out, name="sign_out"),
    path("", home.home, name="home"),
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
    path("agreements", partners.agreements, name="agreements"),
    path("agreements/new", partners.new_agreement, name="agreement_new"),
    path("agreements/<id:agreement_id>", partners.agreement, name="agreement"),
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
    path("record-of-use", record_of_use.entries, name="record_of_use"),
]
