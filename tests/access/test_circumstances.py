"""One child, every ground: who gets what at each address that is about him, as the circumstances stand.

test_matrix.py asks every address as every role in one world; here the world stands still
(circumstances.py) and the ground changes: each column's ground is made, everything is asked, and it is
undone.

Columns
    point   an officer who matched him, and no more          reasn   the same, opened with a reason
    rover   that reason, after its eight hours               task    Asha, by her own contact
    call    the sergeant whom his flag called                hub     while his referral waits
    hbend   the hub, when that is declined                   runs    Lena's team
    left    Lena, who left that team today                   seat    somebody at the table round him
    share   the school: summary, what to watch for, plan     sect    the school: the summary alone
    expir   that share, at its end                           withd   that share, withdrawn
    last    ordinary share, the agreement's last second      lapse   the same, a second later
    grave   safeguarding, 30 days on, the last second        thrty   the same, a second later
    suspd   safeguarding, its agreement suspended            note    housing, by a notice alone
    own     health, which added, its share over              glass   an officer who broke his record's glass
    gover   that, after its hour                             restr   Lena, since he is restricted
    rhub    the hub's waiting referral, he is restricted     rshar   the school's share, he is restricted
    named   Lena on the named list                           seald   Lena, since he is sealed
    other   an agency that has nothing to do with him        out     nobody signed in

Rows
    GET, POST     the page, or what is sent to it
    BOTH          the page; where it is shown its form is sent empty too: it comes back (422), or has
                  done its work (302). That nothing is sent past a closed page: test_swapped_ids.py
    LIST          'milo': the list tells of him; '-': it does not
    SEEK, TYPE    the search, the match while typing: 'milo' is offered, or '-', the last words alone
    API, ACKN     by the program of the agency and teams of who comes: it has no ground of a person's;
                  ACKN says that a notice is seen to; POST to the API is by the program too

An asterisk: each 200 or 422 leaves one entry of a look (of a disclosure, by the API). Each 403 and 404
leaves one of a denied attempt.
"""

import logging
from collections import Counter
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, resolve

import asking
import cases.queries
import clock
from accounts.models import Agency, AgencyKind, User
from audit.models import Entry, Kind
from cases.models import SafeToTell
from tests.access.circumstances import GROUNDS, Here, Story, build
from tests.databases import undone
from tests.rest.api import ask_for_token

TABLE = """
                                                    point reasn rover  task  call   hub hbend  runs  left  seat share  sect expir withd  last lapse grave thrty suspd  note   own glass gover restr  rhub rshar named seald other   out
GET */children/{milo}                                 404   200   404   200   200   200   404   200   404   200   200   200   404   404   200   404   200   404   404   404   404   200   404   404   404   404   200   404   404   302
GET */children/{milo}/readings                        404   200   404   200   200   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
GET */children/{milo}/looks                           404   200   404   200   200   404   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/children/{milo}/open                            404   302   404   302   302   302   404   302   404   404   404   404   404   404   404   404   404   404   404   404   404   302   404   404   404   404   302   404   404   302
BOTH*/children/{milo}/open?matched={match}            200   302   200   302   302   302   200   302   200   404   404   404   404   404   404   404   404   404   404   404   404   302   404   404   404   404   302   404   404   302
BOTH*/children/{milo}/safe-to-tell                    404   200   404   200   200   200   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/children/{milo}/cautions/new                    404   200   404   200   200   200   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/children/{milo}/statuses/new                    404   200   404   200   200   200   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/children/{milo}/birth-date                      404   200   404   200   200   200   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/cautions/{caution}/end                          404   200   404   200   200   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/statuses/{status}/end                           404   200   404   200   200   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
GET */contacts/{contact}                              404   200   404   200   200   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
GET */contacts/{police}                               404   200   404   200   200   404   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/contacts/{contact}/complete                     404   404   404   200   404   403   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   302
POST /contacts/{contact}/complete/save                404   404   404   204   404   403   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   302
BOTH*/contacts/{contact}/refer                        404   200   404   200   200   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/contacts/{contact}/notices/new                  404   200   404   200   200   403   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/contacts/{police}/notices/new                   404   200   404   200   200   404   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/children/{milo}/notices/new                     404   200   404   200   200   403   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/children/{milo}/shares/new                      404   403   404   403   403   200   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/children/{milo}/contacts/{contact}/shares/new   404   403   404   403   403   200   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/children/{milo}/contacts/{police}/shares/new    404   403   404   403   403   404   404   403   404   403   403   403   404   404   403   404   403   404   404   404   404   403   404   404   404   404   403   404   404   302
BOTH*/children/{milo}/not-shared/new                  404   403   404   403   200   200   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/flags/{flag}                                    404   403   404   403   200   403   404   403   404   404   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   403   404   404   302
GET */referrals/R-{referral}                          404   404   404   200   404   200   200   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   302
POST*/referrals/R-{referral}                          404   404   404   403   404   422   302   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   302
GET */cases/EI-{case}                                 404   200   404   200   200   200   404   200   404   200   200   200   404   404   200   404   200   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/cases/EI-{case}/reviews/new                     404   403   404   403   403   403   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/cases/EI-{case}/close                           404   403   404   403   403   403   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/places/{place}/actions/new                      404   403   404   403   403   403   404   200   404   200   403   404   404   404   403   404   403   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/places/{place}/shares/new                       404   403   404   403   403   403   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/places/{place}/contributions/new                404   403   404   403   403   403   404   403   404   200   200   200   404   404   200   404   200   404   404   404   404   403   404   404   404   404   403   404   404   302
BOTH*/places/{place}/consents/new                     404   403   404   403   403   403   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/places/{place}/not-shared/new                   404   403   404   403   200   200   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/places/{place}/requests/new                     404   403   404   403   403   200   404   200   404   200   200   200   404   404   200   404   200   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/places/{place}/enrolments/new                   404   403   404   403   403   403   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/places/{place}/seats/new                        404   403   404   403   403   403   404   200   404   403   403   403   404   404   403   404   403   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/seats/{seat}/end                                404   403   404   403   403   403   404   200   404   403   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
GET */actions/{action}                                404   200   404   200   200   200   404   200   404   200   200   404   404   404   200   404   200   404   404   404   404   200   404   404   404   404   200   404   404   302
POST*/actions/{action}                                404   403   404   403   403   403   404   422   404   403   403   404   404   404   403   404   403   404   404   404   404   403   404   404   404   404   422   404   404   302
BOTH*/shares/{share}/end                              404   403   404   403   403   403   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/shares/{share}/extend                           404   403   404   403   403   403   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/shares/{share}/texts                            404   403   404   403   403   403   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/consents/{consent}/withdraw                     404   403   404   403   403   403   404   200   404   403   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
GET */withdrawals/{withdrawal}                        404   200   404   200   200   200   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
POST*/withdrawals/{withdrawal}                        404   403   404   403   403   403   404   422   404   403   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   422   404   404   302
GET */not-shared/{not shared}                         404   200   404   200   200   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
POST*/not-shared/{not shared}                         404   403   404   403   422   422   404   422   404   404   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   422   404   404   302
GET */requests/{request}                              404   404   404   404   404   404   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   302
POST*/requests/{request}                              404   404   404   404   404   404   404   403   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   403   404   404   302
BOTH*/contributions/{contribution}/pass-on            404   403   404   403   403   404   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
GET */notices/{notice}                                404   200   404   200   200   200   404   200   404   404   404   404   404   404   404   404   404   404   404   200   404   200   404   404   404   404   200   404   404   302
POST*/notices/{notice}                                404   403   404   403   403   403   404   403   404   404   404   404   404   404   404   404   404   404   404   422   404   403   404   404   404   404   403   404   404   302
BOTH*/notices/{notice}/recall                         404   200   404   200   200   403   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
GET */enrolments/{help}                               404   200   404   200   200   200   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   200   404   404   302
BOTH*/enrolments/{help}/sessions/new                  404   403   404   403   403   403   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/enrolments/{help}/measures/new                  404   403   404   403   403   403   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/enrolments/{help}/feedback/new                  404   403   404   403   403   403   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
BOTH*/enrolments/{help}/end                           404   403   404   403   403   403   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   403   404   404   404   404   200   404   404   302
LIST*/own                                               -     -     -  milo     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -   302
LIST*/own?of=contributions                              -     -     -  milo     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -  milo     -     -     -     -     -     -     -     -   302
LIST*/shared                                          403   403   403   403   403   403   403   403   403     -  milo  milo     -     -  milo     -  milo     -     -     -     -   403   403   403   403     -   403   403     -   302
LIST*/notices                                         403   403   403   403   403   403   403   403   403     -     -     -     -     -     -     -     -     -     -  milo     -   403   403   403   403     -   403   403     -   302
LIST*/flags                                           403   403   403   403  milo   403   403   403   403   403   403   403   403   403   403   403   403   403   403   403   403   403   403   403   403   403   403   403   403   302
LIST*/referrals                                         -     -     -  milo     -  milo     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -   302
LIST*/cases                                           403   403   403   403   403   403   403  milo     -   403   403   403   403   403   403   403   403   403   403   403   403   403   403     -   403   403  milo     -   403   302
LIST*/requests                                        403   403   403   403   403     -     -  milo     -     -  milo  milo     -     -  milo     -  milo     -     -     -     -   403   403     -     -     -  milo     -     -   302
LIST*/shares                                          403   403   403   403   403   403   403  milo     -   403   403   403   403   403   403   403   403   403   403   403   403   403   403     -   403   403  milo     -   403   302
SEEK search                                          milo  milo  milo  milo  milo  milo  milo  milo  milo   403   403   403   403   403   403   403   403   403   403   403   403     -     -     -     -   403  milo     -   403   302
TYPE matches                                         milo  milo  milo  milo  milo   403   403  milo  milo     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -   403     -  milo     -     -   302
API */api/v1/children/{milo}/readings                 404   404   404   404   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   401
API */api/v1/children/{milo}/watch-for                404   404   404   404   404   200   404   200   404   404   200   404   404   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   401
API */api/v1/notices/{notice}                         404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   404   404   404   404   404   401
ACKN*/api/v1/notices/{notice}/acknowledgement         404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   200   404   404   404   404   404   404   404   404   404   401
API */api/v1/referrals/R-{referral}                   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   401
API */api/v1/shared/S-{share}                         404   404   404   404   404   404   404   404   404   404   200   200   404   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   401
POST*/api/v1/shared/S-{share}/contributions           404   404   404   404   404   404   404   404   404   404   201   201   404   404   201   404   201   404   404   404   404   404   404   404   404   404   404   404   404   401
API */api/v1/requests/{asked}                         404   404   404   404   404   404   404   404   404   404   200   200   404   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   401
POST*/api/v1/requests/{asked}/answer                  404   404   404   404   404   404   404   404   404   404   200   200   404   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   401
API */api/v1/cases/EI-{case}/children/{milo}/contributions   404   404   404   404   404   200   404   200   404   404   200   200   404   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   401
API */api/v1/contributions/{contribution}             404   404   404   404   404   404   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   401
POST*/api/v1/contributions/{contribution}/passing-on   404   404   404   404   404   404   404   400   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   401
API */api/v1/requests/sent/{asked}                    404   404   404   404   404   404   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   401
API */api/v1/cases/EI-{case}/children/{milo}/to-ask   404   404   404   404   404   200   404   200   404   404   200   200   404   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   401
POST*/api/v1/cases/EI-{case}/children/{milo}/requests   404   404   404   404   404   201   404   201   404   404   201   201   404   404   201   404   201   404   404   404   404   404   404   404   404   404   404   404   404   401
API */api/v1/children/{milo}/not-shared               404   404   404   404   404   200   404   200   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   404   401
LIST*/api/v1/requests/sent                              -     -     -     -     -     -     -  milo     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -   401
LIST*/api/v1/shared                                     -     -     -     -     -     -     -     -     -     -  milo  milo     -     -  milo     -  milo     -     -     -     -     -     -     -     -     -     -     -     -   401
LIST*/api/v1/requests                                   -     -     -     -     -     -     -     -     -     -  milo  milo     -     -  milo     -  milo     -     -     -     -     -     -     -     -     -     -     -     -   401
LIST*/api/v1/notices                                    -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -  milo     -     -     -     -     -     -     -     -     -   401
LIST*/api/v1/referrals                                  -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -     -   401
"""  # noqa: E501  (a table is read across)

# Addresses that carry an id and are not asked here, and why. test_matrix.py asks each by role.
ELSEWHERE = {
    "notification": "a line of one's own: it leads on, and shows no record",
    "dashboard_area": "figures of an area",
    "contact_draft": "typed by its author, no record yet",
    "contact_draft_save": "typed by its author, no record yet",
    "prompt": "by the role and the area of who decides, never by a ground on the child",
    "agreement": "names agencies, no child",
    "agreement_suspension": "names agencies, no child",
    "service": "of a provider",
    "service_change": "of a provider",
    "run": "a night's run",
    "run_progress": "a night's run",
    "client": "a program",
    "person": "somebody who works here",
    "team": "a team",
    "duty_post": "the rota",
    "evaluation": "rounded tables",
    "evaluation_progress": "rounded tables",
    "evaluation_write": "rounded tables",
    "evaluation_report": "rounded tables",
    "evaluation_pdf": "rounded tables",
    "evaluation_csv": "rounded tables",
    "retention_due": "information governance, by role alone",
    "legal_hold": "information governance, by role alone",
    "dip_sample": "information governance, by role alone",
    "break_glass_review": "information governance, by role alone",
    "restriction": "its owner and information governance: test_hidden.py",
    "named_place_new": "its owner and information governance: test_hidden.py",
    "named_place_end": "its owner and information governance: test_hidden.py",
    "restriction_referral": "its owner alone: tests/desk/test_under_way.py",
    "restriction_hand_over": "its owner and information governance: test_hidden.py",
    "restriction_seal": "information governance, by role alone",
    "restriction_lift": "information governance, by role alone",
    "private_hit": "the record's owner alone: test_hidden.py",
    "api:service": "of a provider",
    "api:agreement": "names agencies, no child",
}
TYPED = {"surname": "Marlowe", "forenames": "Milo", "date_of_birth-day": "4",
         "date_of_birth-month": "5", "date_of_birth-year": "2013"}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the table: how it is asked, and what each column gets."""

    how: str
    shows: bool
    address: str
    cells: dict[str, str]

    @property
    def is_api(self) -> bool:
        return self.address.startswith("/api/")


def rows() -> list[Row]:
    header, *lines = TABLE.strip("\n").splitlines()
    columns = header.split()
    assert columns == [ground.__name__ for ground in GROUNDS]
    found = []
    for line in lines:
        cells = line[-len(columns) * 6 :].split()
        how, address = line[: -len(columns) * 6].replace("*", " * ").split(" ", 1)
        shows = address.strip().startswith("*")
        found.append(Row(how, shows, address.strip(" *"), dict(zip(columns, cells, strict=True))))
    return found


ROWS = rows()


def asked_of(row: Row, story: Story, user: User | None) -> str:
    """The address as this row asks it; whoever keeps no draft asks for somebody else's.

    `match`: whatever the circumstances, a search had offered Milo to whoever asks.
    """
    drafts = story.ids["drafts"]
    name = next((name for name, each in story.people.items() if each == user), "")
    draft = drafts.get(name, drafts["lena"])
    match = user and cases.queries.proof_of_match(story.place.person, viewer=user)
    return ADDRESSES.get(row.address, row.address).format(draft=draft, match=match, **story.ids)


ADDRESSES = {"search": "/search", "matches": "/contacts/drafts/{draft}/matches"}


class Asker:
    """Somebody's browser, and a token of their program that is good at this moment."""

    def __init__(self, here: Here) -> None:
        self.here, self.browser, self.machine = here, Client(), Client()
        if here.user:
            self.browser.force_login(User.objects.get(pk=here.user.pk))
        self.token = {}
        if here.program:
            got = ask_for_token(here.program.client.client_id, here.program.secret)
            self.token = {"Authorization": f"Bearer {got.json()['access_token']}"}

    def send(self, method: str, address: str) -> HttpResponse:
        if not address.startswith("/api/"):
            return getattr(self.browser, method)(address, _typed(address))
        if method == "get":
            return self.machine.get(address, headers=self.token)
        return self.machine.post(
            address,
            _told(address, self.here.user),
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid4()), **self.token},
        )


def _told(address: str, user: User | None) -> dict[str, object]:
    """What a program sends to an address that ends so."""
    said: dict[str, dict[str, object]] = {
        "acknowledgement": {"seen_to_by": "Tess"},
        "contributions": {"text": "Tired on Mondays", "audience": ["lead agency"]},
        "answer": {"answer": "nothing held", "safe_to_tell_read": _version()},
        "passing-on": {
            "agencies": ["Youth justice"],
            "agreed_by_author": True,
            "safe_to_tell_read": _version(),
        },
        "requests": {
            "agency": _whom(user),
            "what": "Who fetches him?",
            "why": "To know whom to ring",
            "needed_by": "2027-11-30",
            "safe_to_tell_read": _version(),
        },
    }
    return said[address.rsplit("/", 1)[1]]


def _whom(user: User | None) -> str:
    """An agency that knows of Milo: whoever runs his case, or one with whom they share it."""
    runs = user is not None and user.agency.is_lead
    of = (
        Agency.objects.filter(kind=AgencyKind.YOUTH_JUSTICE)
        if runs
        else Agency.objects.filter(is_lead=True)
    )
    return of.get().name


def _version() -> int:
    with asking.task("test"):
        return SafeToTell.objects.get(replaced_at=None).pk


def _typed(address: str) -> dict[str, str]:
    if address == "/search":
        return TYPED
    if address.endswith("/matches"):
        return {f"child-0-{name}": value for name, value in TYPED.items()} | {"child": "0"}
    return {}


def named(story: Story) -> tuple[str, str]:
    """What tells of Milo in a list: a page says his name, the API his reference or, in a notice, his name."""
    return story.place.person.forenames, story.place.person.reference


def seen(row: Row, answer: HttpResponse, names: tuple[str, str]) -> str:
    """The answer in the words of the table."""
    if answer.status_code != 200 or row.how not in {"LIST", "SEEK", "TYPE"}:
        return str(answer.status_code)
    page = answer.content.decode()
    if row.how == "SEEK":
        return "milo" if answer.context["candidates"] else "-"
    return "milo" if any(name in page for name in names) else "-"


def wanted(row: Row, method: str, cell: str) -> set[str]:
    """What may be answered: an empty form comes back, or does what needs no word."""
    if row.how == "BOTH" and method == "post" and cell == "200":
        return {"422", "302"}
    return {cell}


def methods(row: Row, cell: str) -> tuple[str, ...]:
    if row.how == "BOTH":
        return ("get", "post") if cell in {"200", "302"} else ("get",)
    return ("post",) if row.how in {"POST", "ACKN", "SEEK", "TYPE"} else ("get",)


def asked(story: Story, asker: Asker, row: Row, cell: str) -> list[str]:
    """What is wrong with a row's answers to somebody. What is sent is undone."""
    wrong = []
    for method in methods(row, cell):
        with undone():
            last = Entry.objects.latest("pk").pk
            answer = asker.send(method, asked_of(row, story, asker.here.user))
            got = seen(row, answer, named(story))
            if got not in wanted(row, method, cell):
                wrong.append(f"{method}: {got}, not {cell}")
            left = Counter(Entry.objects.filter(pk__gt=last).values_list("kind", flat=True))
        wrong += [f"{method} {got}: {words}" for words in unlike(row, got, left)]
    return wrong


def unlike(row: Row, got: str, left: Counter[str]) -> list[str]:
    """What is wrong with the entries that an answer left."""
    if got in {"403", "404"} and left[Kind.DENIED] != 1:
        return [f"{left[Kind.DENIED]} entries of the denied attempt"]
    look = Kind.DISCLOSURE if row.is_api else Kind.CONSULTATION
    if row.shows and got in {"200", "422", "milo", "-"} and left[look] != 1:
        return [f"{left[look]} entries of the {look.label.lower()}"]
    return []


def test_as_it_stands_everybody_gets_what_the_table_says(
    db: None, held_clock: object, caplog: pytest.LogCaptureFixture
) -> None:
    # Hundreds of refusals would bury the list of what is wrong.
    caplog.set_level(logging.CRITICAL, logger="django.request")
    told = build()
    wrong = []
    for ground in GROUNDS:
        with undone():
            story = replace(told, ids=dict(told.ids))
            here = ground(story)
            with clock.at(here.at):
                asker = Asker(here)
                for row in ROWS:
                    name = f"{ground.__name__} {row.how} {row.address}"
                    found = asked(story, asker, row, row.cells[ground.__name__])
                    wrong += [f"{name} {each}" for each in found]
    assert not wrong, "\n".join(wrong)


def test_every_address_of_a_record_is_in_the_table_or_elsewhere_with_a_reason(
    db: None, held_clock: object
) -> None:
    story = build()
    addresses = [asked_of(row, story, story.people["lena"]) for row in ROWS]
    here = {resolve(address.split("?")[0]).view_name for address in addresses}
    carrying = {name for name in _names() if _carries_an_id(name)}
    assert not here & set(ELSEWHERE)
    assert carrying - here == set(ELSEWHERE)


def _names() -> set[str]:
    """Every name of an address, those of the API with 'api:' before."""
    _, of_api = get_resolver().namespace_dict["api"]
    pages = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    return pages | {f"api:{name}" for name in of_api.reverse_dict if isinstance(name, str)}


def _carries_an_id(name: str) -> bool:
    _, of_api = get_resolver().namespace_dict["api"]
    resolver = of_api if name.startswith("api:") else get_resolver()
    ways = resolver.reverse_dict.getlist(name.removeprefix("api:"))
    return any(arguments for possible, *_ in ways for _, arguments in possible)
