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
    "child_open": "the pointer of a record to open with a reason",
    "caution_new": "the form of a caution",
    "caution_end": "the end of a caution",
    "status_new": "the form of a statutory status",
    "status_end": "the end of a statutory status",
    "safe_to_tell": "whom it is safe to tell, to write it",
    "birth_date": "the form of a birth date",
    "own": "what one told oneself",
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
    "consent_new": "the form of an agreement to help",
    "consent_withdraw": "the withdrawal of an agreement to help",
    "withdrawal": "the decision after a withdrawal",
    "not_shared_place": "the form of a decision not to share",
    "not_shared_child": "the form of a decision not to share",
    "not_shared": "a decision not to share",
    "seat_new": "the form of a place on a team",
    "seat_end": "the end of a place on a team",
    "request_new": "the form of a request for information",
    "requests": "the requests for information",
    "request": "a request for information",
    "contribution_pass_on": "the passing on of a contribution",
    "agreements": "the register of agreements",
    "agreement": "an agreement",
    "agreement_new": "the form of an agreement",
    "contact_notice_new": "the form of a notice",
    "child_notice_new": "the form of a notice",
    "notices": "the list of notices",
    "notice": "a notice",
    "notice_recall": "the recall of a notice",
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
    "people": "the list of people",
    "person_new": "the form of an invitation",
    "person": "a person’s roles and training",
    "teams": "the list of teams",
    "team_new": "the form of a team",
    "team": "a team",
    "rota": "who is on duty",
    "duty_new": "the form of the rota",
    "duty_post": "a line of the rota",
    "evaluations": "the list of evaluations",
    "evaluation_new": "the form of an evaluation’s plan",
    "evaluation": "an evaluation",
    "evaluation_progress": "how far a report is",
    "evaluation_write": "the asking for a report",
    "evaluation_report": "the report of an evaluation",
    "evaluation_pdf": "the report of an evaluation to print",
    "evaluation_csv": "the figures of an evaluation’s report",
    "retention": "what is due for review and held",
    "retention_due": "a record that is due for review",
    "legal_hold_new": "the form of a legal hold",
    "legal_hold": "a legal hold",
    "record_of_use": "the record of use",
    "break_glass": "break-glass",
    "break_glass_reviews": "the tries of break-glass",
    "break_glass_review": "the review of a break-glass",
    "restrictions": "the list of restricted records",
    "restriction_new": "the form of a restriction",
    "restriction": "a restriction",
    "named_place_new": "the form of a named list",
    "named_place_end": "the end of a place on a named list",
    "restriction_hand_over": "the form of a restricted record's new owner",
    "restriction_seal": "the sealing of a record",
    "restriction_lift": "the lifting of a restriction",
    "private_hit": "a hit on a hidden record",
    "record_of_use_export": "the record of use as a file",
    "dip_samples": "the queue of dip samples",
    "dip_sample": "a dip sample",
}
# Endpoints by their names in eiportal/api.py: refused there.
ENDPOINTS = {
    "api:token": "a token, by the API",
    "api:contacts": "contacts, by the API",
    "api:referrals": "referrals, by the API",
    "api:referral": "a referral, by the API",
    "api:readings": "the readings, by the API",
    "api:watch_for": "what to watch for, by the API",
    "api:notices": "notices, by the API",
    "api:notice": "a notice, by the API",
    "api:notice_acknowledgement": "the acknowledgement of a notice, by the API",
    "api:services": "services, by the API",
    "api:service": "a service, by the API",
    "api:duty": "who is on duty, by the API",
    "api:record_of_use": "the record of use, by the API",
    "api:shared_one": "what is shared of a child, by the API",
    "api:shared_contributions": "what they know of a child, by the API",
    "api:requests": "what they are asked, by the API",
    "api:request": "something that they are asked, by the API",
    "api:request_answer": "an answer to what they are asked, by the API",
    "api:contributions": "what was added of a child, by the API",
    "api:contribution": "something that was added of a child, by the API",
    "api:passing_on": "the passing on of what was added, by the API",
    "api:to_ask": "whom they may ask about a child, by the API",
    "api:request_new": "something to ask about a child, by the API",
    "api:requests_sent": "what they ask others, by the API",
    "api:request_sent": "something that they asked, by the API",
    "api:not_shared": "with whom a child is not shared, by the API",
    "api:agreements": "agreements, by the API",
    "api:agreement": "an agreement, by the API",
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
    "pass on": "Passed a contribution on",
    "record consent": "Recorded what a family says to help",
    "withdraw consent": "Recorded that an agreement to help was withdrawn",
    "decide on withdrawal": "Decided what follows from a withdrawal",
    "remind of withdrawal": "Called again to decide after a withdrawal",
    "decide not to share": "Decided not to share",
    "review not sharing": "Reviewed a decision not to share",
    "ask for information": "Asked an agency what it knows",
    "answer request": "Answered what an agency asked",
    "sign agreement": "Signed an agreement",
    "send notice": "Sent a notice",
    "read notice": "Read a notice for the first time",
    "acknowledge notice": "Acknowledged a notice",
    "recall notice": "Recalled a notice",
    "chase notice": "Told who must know of a notice that waits",
    "narrow event": "Narrowed who reads a line of the chronology",
    "api notices": "Gave a client notices",
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
    "api share": "Gave a client what is shared of a child",
    "api contributions": "Gave a client what agencies added of a child",
    "api to ask": "Told a client whom they may ask about a child",
    "api requests sent": "Gave a client what their agency asks others",
    "api not shared": "Told a client with whom a child is not shared",
    "api agreements": "Gave a client agreements",
    "api requests": "Gave a client what their agency is asked",
    "api answer again": "Gave a client the same answer again",
    "plan evaluation": "Locked the plan of an evaluation",
    "ask for report": "Asked for the report of an evaluation",
    "read for evaluation": "Read the facts of children for an evaluation, under pseudonyms",
    "write report": "Wrote the report of an evaluation",
    "decide on evaluation": "Decided on what an evaluation found",
    "restrict record": "Restricted a record",
    "seal record": "Sealed a record",
    "lift restriction": "Lifted a restriction",
    "add to list": "Put somebody on a named list",
    "take off list": "Took somebody off a named list",
    "reach no more": "Let nobody call somebody on a named list",
    "decide on hit": "Decided on a hit on a hidden record",
    "link hit": "Took what a contact told into a restricted record",
    "unlink hit": "Said that a contact told of somebody else after all",
    "follow link": "Took what is new of a contact into a restricted record",
    "change taken observation": "Changed an observation as it was changed where it was told",
    "look among hidden": "Looked among hidden records, and told an owner",
    "break glass": "Tried to break the glass",
    "review break-glass": "Reviewed a break-glass",
    "note caution": "Noted what to beware of",
    "end caution": "Ended a caution",
    "record status": "Recorded a statutory status",
    "end status": "Ended a statutory status",
    "record safe to tell": "Recorded whom it is safe to tell",
    "open record": "Opened the record with a reason",
    "correct birth date": "Corrected a birth date",
    "clear suspect": "Turned a suspect below ten into a child at risk",
    "found agency": "Founded an agency",
    "invite user": "Invited a user",
    "give roles": "Gave somebody their roles",
    "record training": "Kept until when somebody’s training holds",
    "form team": "Formed a team",
    "join team": "Put somebody in a team",
    "leave team": "Took somebody out of a team",
    "leave agency": "Shut out somebody who has left",
    "name supervisor": "Named a team’s supervisor",
    "post duty": "Put somebody on the rota",
    "take off duty": "Took somebody off the rota",
    "hand over case": "Handed over a case",
    "hand over action": "Handed over an action",
    "hand over record": "Handed over a restricted record",
    "end seat": "Took somebody off the team",
    "hand over seat": "Ended a leaver’s place on the team",
    "api duty": "Told a client who is on duty",
    "keep home postcode": "Entered a user’s home postcode",
    "remove home postcode": "Took out a user’s home postcode",
    "forget home postcodes": "Forgot the home postcodes of who had left",
    "look for patterns": "Looked through a day’s use",
    "draw dip sample": "Drew looks for review",
    "review dip sample": "Reviewed a dip sample",
    "export record of use": "Downloaded the record of use",
    "api record of use": "Gave a client the record of use",
    "hold record": "Put a record on hold",
    "release record": "Released a record from a hold",
    "keep longer": "Decided to keep a record longer",
    "list due": "Listed what is due for review",
    "work out missing": "Worked out how long records are kept",
    "notify": "Told somebody",
    "mark seen": "Followed a line on My work",
    "settle notifications": "Lines on My work settled",
}


def what(kind: str, verb: str) -> str:
    """Such as 'Opened the record'; 'Changed: post duty' where no words are kept for it."""
    if kind == Kind.CONSULTATION and verb in PAGES:
        return f"Opened {PAGES[verb]}"
    if kind != Kind.DENIED and verb in COMMANDS:
        return COMMANDS[verb]
    return f"{KINDS[Kind(kind)]}: {_named(verb)}"


def in_list(verb: str) -> str:
    """A verb by itself, as a list offers it: such as 'Signed in' or 'The record'."""
    words = COMMANDS.get(verb) or _named(verb)
    return words[:1].upper() + words[1:]


def _named(verb: str) -> str:
    return (PAGES | ENDPOINTS).get(verb, verb).replace("_", " ")


@dataclass(frozen=True)
class Line:
    """One entry as it is shown: `name` is the user's name today, '' where nobody is known."""

    entry: Entry
    name: str

    @property
    def what(self) -> str:
        return what(self.entry.kind, self.entry.verb)

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
