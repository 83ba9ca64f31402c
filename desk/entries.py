"""Entries of the record of use, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

import accounts.queries
from accounts.models import User
from audit.models import Entry, Kind
from partners.models import in_words

KINDS = {
    Kind.COLLECTION: "Recorded",
    Kind.ALTERATION: "Changed",
    Kind.CONSULTATION: "Looked at",
    Kind.DISCLOSURE: "Shared",
    Kind.COMBINATION: "Linked",
    Kind.ERASURE: "Erased",
    Kind.DENIED: "Refused",
}
# Pages by their names in desk/urls.py: 'Opened ...', or 'Refused: ...'.
PAGES = {
    "home": "My work",
    "dashboard": "the figures",
    "dashboard_area": "the figures of an area",
    "contact_new": "the form of a contact",
    "contact_draft": "the form of a contact, with known children",
    "contact_matches": "known children that may be this one",
    "contact": "a contact",
    "contact_complete": "the completion of a contact",
    "contact_refer": "the form of a referral",
    "search": "the search",
    "child": "the record",
    "child_readings": "the readings and their grounds",
    "child_looks": "who has seen the record",
    "flags": "the list of flags",
    "flag": "a flag",
    "prompts": "the list of prompts",
    "prompt": "a prompt",
    "referrals": "the list of referrals",
    "referral": "a referral",
    "cases": "the list of cases",
    "case": "a case",
    "review_new": "the form of a review",
    "case_close": "the closing of a case",
    "action_new": "the form of an action",
    "action": "an action",
    "share_new": "the form of a share",
    "child_share_new": "the form of a share",
    "contact_share_new": "the form of a share",
    "shares": "who holds what",
    "share_end": "the end of a share",
    "share_extend": "the extension of a share",
    "share_texts": "what a partner reads of a child",
    "shared": "what is shared with us",
    "contribution_new": "the form of a contribution",
    "agreements": "the register of agreements",
    "agreement": "an agreement",
    "agreement_new": "the form of an agreement",
    "agreement_suspension": "the suspension of an agreement",
    "services": "the list of services",
    "service": "a service",
    "service_new": "the form of a service",
    "service_change": "the change of a service",
    "enrolment_new": "the form of an enrolment",
    "enrolment": "a child's help",
    "session_new": "the form of a session",
    "measure_new": "the form of a score",
    "feedback_new": "the form of feedback",
    "enrolment_end": "the end of an enrolment",
    "runs": "the list of runs",
    "run": "a run",
    "clients": "the list of API clients",
    "client_new": "the form of an API client",
    "client": "an API client",
    "evaluations": "the list of evaluations",
    "evaluation_new": "the form of an evaluation’s plan",
    "evaluation": "an evaluation",
    "evaluation_progress": "how far a report is",
    "evaluation_write": "the asking for a report",
    "evaluation_report": "the report of an evaluation",
    "evaluation_pdf": "the report of an evaluation to print",
    "evaluation_csv": "the figures of an evaluation’s report",
    "record_of_use": "the record of use",
}
# Endpoints by their names in eiportal/api.py: refused there.
ENDPOINTS = {
    "api:token": "a token, by the API",
    "api:contacts": "contacts, by the API",
    "api:referrals": "referrals, by the API",
    "api:referral": "a referral, by the API",
    "api:readings": "the readings, by the API",
    "api:watch_for": "what to watch for, by the API",
    "api:services": "services, by the API",
    "api:service": "a service, by the API",
    "api:shared": "what is shared with them, by the API",
}
COMMANDS = {
    "sign in": "Signed in",
    "record contact": "Logged a contact",
    "amend contact": "Changed a contact",
    "complete contact": "Completed a contact",
    "import contacts": "Imported contacts",
    "start draft": "Began a draft",
    "save draft": "Saved a draft",
    "send draft": "Sent a draft",
    "observe": "Recorded what was observed",
    "prompt confirmed": "Confirmed a prompt",
    "prompt dropped": "Dropped a prompt",
    "raise flag": "Raised a flag",
    "call duty": "Called who is on duty",
    "answer flag": "Answered a flag",
    "open case": "Opened a case",
    "review case": "Reviewed a case",
    "close case": "Closed a case",
    "take over cases": "Took over cases that had closed",
    "demo rows": "Made rows for the demo",
    "seat on team": "Put somebody on the team",
    "set action": "Set an action",
    "complete action": "Completed an action",
    "add event": "Added to the chronology",
    "make referral": "Made a referral",
    "accept referral": "Accepted a referral",
    "decline referral": "Declined a referral",
    "return referral": "Returned a referral",
    "share": "Shared with a partner",
    "end share": "Ended a share",
    "extend share": "Extended a share",
    "write partner text": "Wrote what a partner reads",
    "suspend agreement": "Suspended an agreement",
    "resume agreement": "Resumed an agreement",
    "warn of ends": "Warned of agreements that end",
    "contribute": "Contributed what a partner knows",
    "sign agreement": "Signed an agreement",
    "load evidence": "Brought in what is known of each kind of help",
    "offer service": "Put a service in the list",
    "change service": "Changed a service",
    "enrol": "Enrolled a child in a service",
    "log session": "Logged a session",
    "record measure": "Recorded a score",
    "record feedback": "Recorded what a young person says of their help",
    "end enrolment": "Ended an enrolment",
    "read anew": "Readings counted anew",
    "take snapshot": "Kept the day’s figures",
    "register client": "Registered an API client",
    "renew secret": "Gave an API client a new secret",
    "revoke client": "Shut out an API client",
    "give token": "Gave an API client a token",
    "forget answers": "Deleted old answers of the API",
    "match blind": "Noted whom a child may be",
    "api pointers": "Told a client of pointers",
    "api referrals": "Gave a client referrals",
    "api readings": "Gave a client readings",
    "api watch for": "Told a client what to watch for",
    "api services": "Gave a client services",
    "api shared": "Told a client what is shared with their agency",
    "api answer again": "Gave a client the same answer again",
    "plan evaluation": "Locked the plan of an evaluation",
    "ask for report": "Asked for the report of an evaluation",
    "read for evaluation": "Read the facts of children for an evaluation, under pseudonyms",
    "write report": "Wrote the report of an evaluation",
    "decide on evaluation": "Decided on what an evaluation found",
    "notify": "Told somebody",
    "mark seen": "Followed a line on My work",
    "settle notifications": "Lines on My work settled",
}


@dataclass(frozen=True)
class Line:
    """One entry as it is shown: `name` is the user's name today, '' where nobody is known."""

    entry: Entry
    name: str

    @property
    def what(self) -> str:
        """Such as 'Opened the record'; 'Changed: post duty' where no words are kept for it."""
        kind, verb = Kind(self.entry.kind), str(self.entry.verb)
        if kind == Kind.CONSULTATION and verb in PAGES:
            return f"Opened {PAGES[verb]}"
        if kind != Kind.DENIED and verb in COMMANDS:
            return COMMANDS[verb]
        return f"{KINDS[kind]}: {(PAGES | ENDPOINTS).get(verb, verb).replace('_', ' ')}"

    @property
    def children(self) -> list[str]:
        return [f"C-{person_id}" for person_id in self.entry.persons]

    @property
    def is_of_one(self) -> bool:
        """Whether it is of one child alone: then its other records are that child's too."""
        return len(self.entry.persons) == 1

    @property
    def sections(self) -> str:
        return ", ".join(in_words(self.entry.sections))

    @property
    def records(self) -> str:
        """Such as 'flag 12, prompt 3 and 24 more'."""
        found = ((kind, _few(kind, ids)) for kind, ids in self.entry.records.items())
        return ", ".join(f"{kind} {few}" for kind, few in found if few)


def _few(kind: str, ids: object, most: int = 3) -> str:
    many = ids if isinstance(ids, list) else [ids]
    if kind == "terms":
        # Enough of a digest to see that two searches were for the same child.
        many = [str(digest)[:8] for digest in many]
    more = f" and {len(many) - most} more" if len(many) > most else ""
    return ", ".join(str(each) for each in many[:most]) + more


def lines(entries: Iterable[Entry], *, viewer: User) -> list[Line]:
    """The entries with the names of who made them. The caller checks who may ask."""
    entries = list(entries)
    names = accounts.queries.names((e.user_id for e in entries if e.user_id), viewer=viewer)
    return [Line(entry, names.get(entry.user_id or 0, "")) for entry in entries]
