"""Who gets what at every address: one table, asked over HTTP. An address that is not in it fails.

The world (world.py): Milo and Iris are siblings in one case run by the lead worker's team; Milo's
place is shared with the school (summary and plan), and the author sent the school a notice of him. Kit
is in a referral that waits, and under a flag that called the duty sergeant. The author logged both
contacts. Wren's record is restricted: the duty sergeant owns it, the lead worker is on its list.
Everybody else has no ground. The officer's match: that a search offered Milo to the officer (no ground).

Addresses beneath /api/ are in test_api_matrix.py.

Columns: author (officer), officer (no ground), duty (supervisor, whole force), hub (triage worker of
another agency), lead (lead worker), school (share live), charity (nothing shared), command(er, of one area),
govern (information governance), admin, leaver (left the lead worker's team today,
with an action of Milo's plan not done), norole (of the school, without any role), commis(sioner, of the
council), analys(t).

Cells: the status. Signed in and not allowed: 404 for records, 403 for functions; 422: the form came
back, for nothing was sent with it; 302: led on inside. An asterisk: the page shows children, and
each 200 or 422 of it leaves one entry of a look. Each 403 and 404 leaves one of a denied attempt.
"""

import logging
import re

import pytest
from django.test import Client
from django.urls import get_resolver, resolve

from audit.models import Entry, Kind
from oversight.models import HomePostcode
from tests.access import world

COLUMNS = {
    "author": "author",
    "office": "officer",
    "duty": "duty",
    "hub": "hub",
    "lead": "lead",
    "school": "school",
    "charit": "charity",
    "comman": "commander",
    "govern": "governance",
    "admin": "admin",
    "leaver": "leaver",
    "norole": "norole",
    "commis": "commissioner",
    "analys": "analyst",
}

TABLE = """
                                                   author office   duty    hub   lead school charit comman govern  admin leaver norole commis analys
GET   /                                               200    200    200    200    200    200    200    200    200    200    200    200    200    200
GET   /pages                                          200    200    200    200    200    200    200    200    200    200    200    200    200    200
GET * /dashboard                                      403    403    403    403    403    403    403    200    403    403    403    403    200    200
GET * /dashboard/{area}                               403    403    403    403    403    403    403    200    403    403    403    403    404    404
GET * /dashboard/{elsewhere}                          403    403    403    403    403    403    403    404    403    403    403    403    404    404
POST  /notifications/{note}                           302    404    404    404    404    404    404    404    404    404    404    404    404    404
GET   /contacts/new                                   302    302    302    403    302    302    302    403    403    403    302    403    403    403
GET   /contacts/drafts/{draft}                        200    404    404    403    404    404    404    403    403    403    404    403    403    403
POST  /contacts/drafts/{draft}                        422    404    404    403    404    404    404    403    403    403    404    403    403    403
POST  /contacts/drafts/{draft}/save                   204    404    404    403    404    404    404    403    403    403    404    403    403    403
POST  /contacts/drafts/{draft}/matches                400    404    404    403    404    404    404    403    403    403    404    403    403    403
GET * /contacts/{together}                            200    404    404    404    200    404    404    404    404    404    404    404    404    404
GET * /contacts/{unsafe}                              200    404    200    200    404    404    404    404    404    404    404    404    404    404
GET * /contacts/{unsafe}/complete                     200    404    404    403    404    404    404    404    404    404    404    404    404    404
POST* /contacts/{unsafe}/complete                     422    404    404    403    404    404    404    404    404    404    404    404    404    404
POST  /contacts/{unsafe}/complete/save                204    404    404    403    404    404    404    404    404    404    404    404    404    404
GET * /contacts/{together}/refer                      200    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /contacts/{together}/refer                      422    404    404    404    422    404    404    404    404    404    404    404    404    404
GET   /search                                         200    200    200    200    200    403    403    403    403    403    200    403    403    403
POST  /search                                         422    422    422    422    422    403    403    403    403    403    422    403    403    403
GET * /children/{milo}                                200    404    404    404    200    200    404    404    404    404    404    404    404    404
GET * /children/{iris}                                200    404    404    404    200    404    404    404    404    404    404    404    404    404
GET * /children/{kit}                                 200    404    200    200    404    404    404    404    404    404    404    404    404    404
GET * /children/{milo}/readings                       200    404    404    404    200    404    404    404    404    404    404    404    404    404
GET * /children/{kit}/readings                        200    404    200    200    404    404    404    404    404    404    404    404    404    404
GET * /children/{milo}/looks                          200    404    404    404    200    404    404    404    200    404    404    404    404    404
GET * /children/{milo}/open                           302    404    404    404    302    404    404    404    404    404    404    404    404    404
POST* /children/{milo}/open                           302    404    404    404    302    404    404    404    404    404    404    404    404    404
GET * /children/{milo}/open?matched={officer's match}     302    200    404    404    302    404    404    404    404    404    404    404    404    404
POST* /children/{milo}/open?matched={officer's match}     302    422    404    404    302    404    404    404    404    404    404    404    404    404
GET * /children/{kit}/open                            302    404    302    302    404    404    404    404    404    404    404    404    404    404
GET * /children/{milo}/cautions/new                   200    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /children/{milo}/cautions/new                   422    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /children/{milo}/statuses/new                   200    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /children/{milo}/statuses/new                   422    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /children/{milo}/safe-to-tell                   200    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /children/{milo}/safe-to-tell                   422    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /children/{milo}/birth-date                     200    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /children/{milo}/birth-date                     422    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /children/{kit}/safe-to-tell                    200    404    200    200    404    404    404    404    404    404    404    404    404    404
GET * /cautions/{caution}/end                         200    404    404    404    200    404    404    404    404    404    404    404    404    404
POST  /cautions/{caution}/end                         302    404    404    404    302    404    404    404    404    404    404    404    404    404
GET * /statuses/{status}/end                          200    404    404    404    200    404    404    404    404    404    404    404    404    404
POST  /statuses/{status}/end                          302    404    404    404    302    404    404    404    404    404    404    404    404    404
GET * /own                                            200    200    200    200    200    200    200    403    403    403    200    403    403    403
GET * /flags                                          403    403    200    403    403    403    403    403    403    403    403    403    403    403
GET * /flags/{flag}                                   403    404    200    403    404    404    404    404    404    404    404    404    404    404
POST* /flags/{flag}                                   403    404    422    403    404    404    404    404    404    404    404    404    404    404
GET * /prompts                                        403    403    200    403    403    403    403    403    403    403    403    403    403    403
GET * /prompts/{prompt}                               404    404    200    404    404    404    404    404    404    404    404    404    404    404
POST* /prompts/{prompt}                               404    404    422    404    404    404    404    404    404    404    404    404    404    404
GET * /referrals                                      200    200    200    200    200    200    200    403    403    403    200    403    403    403
GET * /referrals/R-{waiting}                          200    404    404    200    404    404    404    404    404    404    404    404    404    404
POST* /referrals/R-{waiting}                          403    404    404    422    404    404    404    404    404    404    404    404    404    404
GET * /referrals/R-{decided}                          200    404    404    200    404    404    404    404    404    404    404    404    404    404
GET * /cases                                          403    403    403    403    200    403    403    403    403    403    200    403    403    403
GET * /cases/EI-{case}                                200    404    404    404    200    200    404    404    404    404    404    404    404    404
GET * /cases/EI-{case}/reviews/new                    403    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /cases/EI-{case}/reviews/new                    403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /cases/EI-{case}/close                          403    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /cases/EI-{case}/close                          403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /places/{milo's place}/actions/new              403    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /places/{milo's place}/actions/new              403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /places/{iris's place}/actions/new              403    404    404    404    200    404    404    404    404    404    404    404    404    404
GET * /places/{milo's place}/seats/new                403    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /places/{milo's place}/seats/new                403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /places/{iris's place}/seats/new                403    404    404    404    200    404    404    404    404    404    404    404    404    404
GET * /seats/{seat}/end                               403    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /seats/{seat}/end                               403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /actions/{action}                               200    404    404    404    200    200    404    404    404    404    404    404    404    404
POST* /actions/{action}                               403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /places/{milo's place}/shares/new               403    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /places/{milo's place}/shares/new               403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /places/{iris's place}/shares/new               403    404    404    404    200    404    404    404    404    404    404    404    404    404
GET * /children/{milo}/shares/new                     403    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /children/{milo}/shares/new                     403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /children/{kit}/shares/new                      403    404    403    200    404    404    404    404    404    404    404    404    404    404
POST* /children/{kit}/shares/new                      403    404    403    422    404    404    404    404    404    404    404    404    404    404
GET * /children/{milo}/contacts/{together}/shares/new    403    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /children/{milo}/contacts/{together}/shares/new    403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /children/{kit}/contacts/{together}/shares/new    403    404    403    404    404    404    404    404    404    404    404    404    404    404
GET * /shares                                         403    403    403    403    200    403    403    403    200    403    200    403    403    403
GET * /shares/{share}/end                             403    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /shares/{share}/end                             403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /shares/{share}/extend                          403    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /shares/{share}/extend                          403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /shares/{share}/texts                           403    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /shares/{share}/texts                           403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /shared                                         403    403    403    403    403    200    200    403    403    403    403    403    403    403
GET * /places/{milo's place}/contributions/new        403    404    404    404    403    200    404    404    404    404    404    404    404    404
POST* /places/{milo's place}/contributions/new        403    404    404    404    403    422    404    404    404    404    404    404    404    404
GET * /places/{iris's place}/contributions/new        403    404    404    404    403    404    404    404    404    404    404    404    404    404
GET * /contacts/{together}/notices/new             200    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /contacts/{together}/notices/new             422    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /contacts/{unsafe}/notices/new               200    404    200    403    404    404    404    404    404    404    404    404    404    404
GET * /children/{milo}/notices/new                 200    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /children/{milo}/notices/new                 422    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /children/{kit}/notices/new                  200    404    200    403    404    404    404    404    404    404    404    404    404    404
GET * /notices                                     403    403    403    403    403    200    200    403    403    403    403    403    403    403
GET * /notices/{notice}                            200    404    404    404    200    200    404    404    404    404    404    404    404    404
POST* /notices/{notice}                            403    404    404    404    403    422    404    404    404    404    404    404    404    404
GET * /notices/{notice}/recall                     200    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /notices/{notice}/recall                     422    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /places/{milo's place}/consents/new             403    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /places/{milo's place}/consents/new             403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /consents/{agreed}/withdraw                     403    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /consents/{agreed}/withdraw                     403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /withdrawals/{withdrawal}                       200    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /withdrawals/{withdrawal}                       403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /places/{milo's place}/not-shared/new           403    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /places/{milo's place}/not-shared/new           403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET * /children/{milo}/not-shared/new                 403    404    404    404    200    403    404    404    404    404    404    404    404    404
GET * /children/{kit}/not-shared/new                  403    404    200    200    404    404    404    404    404    404    404    404    404    404
POST* /children/{kit}/not-shared/new                  403    404    422    422    404    404    404    404    404    404    404    404    404    404
GET * /not-shared/{not shared}                        200    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /not-shared/{not shared}                        403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /places/{milo's place}/requests/new             403    404    404    404    200    200    404    404    404    404    404    404    404    404
POST* /places/{milo's place}/requests/new             403    404    404    404    422    422    404    404    404    404    404    404    404    404
GET * /places/{iris's place}/requests/new             403    404    404    404    200    404    404    404    404    404    404    404    404    404
GET * /requests                                       403    403    403    200    200    200    200    403    403    403    200    403    403    403
GET * /requests/{request}                             404    404    404    404    200    200    404    404    404    404    404    404    404    404
POST* /requests/{request}                             404    404    404    404    403    422    404    404    404    404    404    404    404    404
GET * /contributions/{contribution}/pass-on           403    404    404    404    200    403    404    404    404    404    404    404    404    404
POST* /contributions/{contribution}/pass-on           403    404    404    404    422    403    404    404    404    404    404    404    404    404
GET   /services                                       200    200    200    200    200    200    200    200    403    403    200    403    200    200
GET   /services/new                                   403    403    403    403    403    403    403    403    403    403    403    403    200    403
POST  /services/new                                   403    403    403    403    403    403    403    403    403    403    403    403    422    403
GET   /services/{service}                             200    200    200    200    200    200    200    200    403    403    200    403    200    200
GET   /services/{service}/change                      403    403    403    403    403    403    403    403    403    403    403    403    200    403
POST  /services/{service}/change                      403    403    403    403    403    403    403    403    403    403    403    403    422    403
GET * /places/{milo's place}/enrolments/new           403    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /places/{milo's place}/enrolments/new           403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /places/{iris's place}/enrolments/new           403    404    404    404    200    404    404    404    404    404    404    404    404    404
GET * /enrolments/{milo's help}                       200    404    404    404    200    404    404    404    404    404    404    404    404    404
GET * /enrolments/{milo's help}/sessions/new          403    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /enrolments/{milo's help}/sessions/new          403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /enrolments/{milo's help}/measures/new          403    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /enrolments/{milo's help}/measures/new          403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /enrolments/{milo's help}/feedback/new          403    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /enrolments/{milo's help}/feedback/new          403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET * /enrolments/{milo's help}/end                   403    404    404    404    200    404    404    404    404    404    404    404    404    404
POST* /enrolments/{milo's help}/end                   403    404    404    404    422    404    404    404    404    404    404    404    404    404
GET   /agreements                                     403    403    403    200    200    403    403    403    200    403    200    403    403    403
GET   /agreements/new                                 403    403    403    403    403    403    403    403    200    403    403    403    403    403
POST  /agreements/new                                 403    403    403    403    403    403    403    403    422    403    403    403    403    403
GET   /agreements/{agreement}                         404    404    404    404    200    404    404    404    200    404    200    404    404    404
GET   /agreements/{agreement}/suspension              404    404    404    404    403    404    404    404    200    404    403    404    404    404
POST  /agreements/{agreement}/suspension              404    404    404    404    403    404    404    404    302    404    403    404    404    404
GET   /runs                                           403    403    403    403    403    403    403    200    403    200    403    403    403    403
POST  /runs                                           403    403    403    403    403    403    403    403    403    422    403    403    403    403
GET   /runs/{run}                                     403    403    403    403    403    403    403    200    403    200    403    403    403    403
GET   /runs/{run}/progress                            403    403    403    403    403    403    403    302    403    302    403    403    403    403
GET   /clients                                        403    403    403    403    403    403    403    403    403    200    403    403    403    403
GET   /clients/new                                    403    403    403    403    403    403    403    403    403    200    403    403    403    403
POST  /clients/new                                    403    403    403    403    403    403    403    403    403    422    403    403    403    403
GET   /clients/{client}                               403    403    403    403    403    403    403    403    403    200    403    403    403    403
POST  /clients/{client}                               403    403    403    403    403    403    403    403    403    422    403    403    403    403
GET   /people                                         403    403    403    403    403    403    403    403    403    200    403    403    403    403
GET   /people/new                                     403    403    403    403    403    403    403    403    403    200    403    403    403    403
POST  /people/new                                     403    403    403    403    403    403    403    403    403    422    403    403    403    403
GET   /people/{person}                                403    403    403    403    403    403    403    403    403    200    403    403    403    403
POST  /people/{person}                                403    403    403    403    403    403    403    403    403    422    403    403    403    403
GET   /teams                                          403    403    403    403    403    403    403    403    403    200    403    403    403    403
GET   /teams/new                                      403    403    403    403    403    403    403    403    403    200    403    403    403    403
POST  /teams/new                                      403    403    403    403    403    403    403    403    403    422    403    403    403    403
GET   /teams/{team}                                   403    403    403    403    403    403    403    403    403    200    403    403    403    403
POST  /teams/{team}                                   403    403    403    403    403    403    403    403    403    422    403    403    403    403
GET   /rota                                           200    200    200    200    200    403    403    403    403    200    200    403    403    403
GET   /rota/new                                       403    403    403    403    403    403    403    403    403    200    403    403    403    403
POST  /rota/new                                       403    403    403    403    403    403    403    403    403    422    403    403    403    403
GET   /rota/{post}                                    403    403    403    403    403    403    403    403    403    200    403    403    403    403
POST  /rota/{post}                                    403    403    403    403    403    403    403    403    403    302    403    403    403    403
GET   /evaluations                                    403    403    403    403    403    403    403    200    403    403    403    403    403    200
GET   /evaluations/new                                403    403    403    403    403    403    403    403    403    403    403    403    403    200
POST  /evaluations/new                                403    403    403    403    403    403    403    403    403    403    403    403    403    422
GET   /evaluations/{plan}                             403    403    403    403    403    403    403    200    403    403    403    403    403    200
GET   /evaluations/{plan}/progress                    403    403    403    403    403    403    403    302    403    403    403    403    403    302
POST  /evaluations/{plan}/reports                     403    403    403    403    403    403    403    403    403    403    403    403    403    302
GET   /evaluations/{plan}/reports/{report}            403    403    403    403    403    403    403    200    403    403    403    403    403    200
POST  /evaluations/{plan}/reports/{report}            403    403    403    403    403    403    403    422    403    403    403    403    403    403
GET   /evaluations/{plan}/reports/{report}.pdf        403    403    403    403    403    403    403    200    403    403    403    403    403    200
GET   /evaluations/{plan}/reports/{report}.csv        403    403    403    403    403    403    403    200    403    403    403    403    403    200
GET * /retention                                      403    403    403    403    403    403    403    403    200    403    403    403    403    403
GET * /retention/due/{due}                            403    403    403    403    403    403    403    403    200    403    403    403    403    403
POST* /retention/due/{due}                            403    403    403    403    403    403    403    403    422    403    403    403    403    403
GET   /retention/holds/new                            403    403    403    403    403    403    403    403    200    403    403    403    403    403
POST  /retention/holds/new                            403    403    403    403    403    403    403    403    422    403    403    403    403    403
GET * /retention/holds/{hold}                         403    403    403    403    403    403    403    403    200    403    403    403    403    403
POST* /retention/holds/{hold}                         403    403    403    403    403    403    403    403    422    403    403    403    403    403
GET * /record-of-use                                  403    403    403    403    403    403    403    403    200    403    403    403    403    403
GET   /break-glass                                    200    200    200    200    200    403    403    403    403    403    200    403    403    403
POST  /break-glass                                    422    422    422    422    422    403    403    403    403    403    422    403    403    403
GET * /break-glass/reviews                            403    403    403    403    403    403    403    403    200    403    403    403    403    403
GET * /break-glass/reviews/{tried}                    403    403    403    403    403    403    403    403    200    403    403    403    403    403
POST* /break-glass/reviews/{tried}                    403    403    403    403    403    403    403    403    422    403    403    403    403    403
GET * /children/{wren}                                404    404    200    404    200    404    404    404    404    404    404    404    404    404
GET * /children/{wren}/readings                       404    404    200    404    200    404    404    404    404    404    404    404    404    404
GET * /restrictions                                   403    403    200    403    403    403    403    403    200    403    403    403    403    403
GET   /restrictions/new                               403    403    403    403    403    403    403    403    200    403    403    403    403    403
POST  /restrictions/new                               403    403    403    403    403    403    403    403    422    403    403    403    403    403
GET * /restrictions/{restriction}                     404    404    200    404    404    404    404    404    200    404    404    404    404    404
GET   /restrictions/{restriction}/names/new           404    404    200    404    404    404    404    404    200    404    404    404    404    404
POST  /restrictions/{restriction}/names/new           404    404    422    404    404    404    404    404    422    404    404    404    404    404
GET   /restrictions/{restriction}/owner               404    404    200    404    404    404    404    404    200    404    404    404    404    404
POST  /restrictions/{restriction}/owner               404    404    422    404    404    404    404    404    422    404    404    404    404    404
GET * /restrictions/{restriction}/referrals/R-{wren's referral}    404    404    200    404    404    404    404    404    404    404    404    404    404    404
POST* /restrictions/{restriction}/referrals/R-{wren's referral}    404    404    422    404    404    404    404    404    404    404    404    404    404    404
GET   /restrictions/{restriction}/seal                403    403    403    403    403    403    403    403    200    403    403    403    403    403
POST  /restrictions/{restriction}/seal                403    403    403    403    403    403    403    403    422    403    403    403    403    403
GET   /restrictions/{restriction}/lift                403    403    403    403    403    403    403    403    200    403    403    403    403    403
POST  /restrictions/{restriction}/lift                403    403    403    403    403    403    403    403    422    403    403    403    403    403
GET   /named-places/{named place}/end                 404    404    200    404    404    404    404    404    200    404    404    404    404    404
GET * /hits/{hit}                                     404    404    200    404    404    404    404    404    404    404    404    404    404    404
POST* /hits/{hit}                                     404    404    422    404    404    404    404    404    404    404    404    404    404    404
GET   /record-of-use.csv                              403    403    403    403    403    403    403    403    200    403    403    403    403    403
GET * /dip-samples                                    403    403    403    403    403    403    403    403    200    403    403    403    403    403
GET * /dip-samples/{sample}                           403    403    403    403    403    403    403    403    200    403    403    403    403    403
POST* /dip-samples/{sample}                           403    403    403    403    403    403    403    403    422    403    403    403    403    403
POST  /sign-out                                       302    302    302    302    302    302    302    302    302    302    302    302    302    302
"""  # noqa: E501  (a table is read across)

# Open to anybody, by name.
OPEN = {"health": 200, "sign_in": 200, "accessibility": 200}


def rows() -> list[tuple[str, bool, str, list[int]]]:
    """(method, shows children, address, statuses in the order of the columns)."""
    header, *lines = TABLE.strip("\n").splitlines()
    assert header.split() == list(COLUMNS)
    found = []
    for line in lines:
        cells = line[-len(COLUMNS) * 7 :].split()
        method, address = line[: -len(COLUMNS) * 7].strip().replace("*", " * ").split(" ", 1)
        shows = address.strip().startswith("*")
        found.append((method, shows, address.strip(" *"), [int(cell) for cell in cells]))
    return found


ROWS = rows()
# The page's own token, in the form and in the header of background requests.
TOKEN = re.compile(r'(value=|X-CSRFToken": )"\w+"')


@pytest.fixture
def everybody(db: None, held_clock: object) -> tuple[world.World, dict[str, Client]]:
    built = world.build()
    clients = {}
    for name, user in built.users.items():
        clients[name] = Client()
        clients[name].force_login(user)
    return built, clients


def entries(after: int, kind: Kind) -> int:
    return Entry.objects.filter(pk__gt=after, kind=kind).count()


def test_everybody_at_every_address(
    everybody: tuple[world.World, dict[str, Client]], caplog: pytest.LogCaptureFixture
) -> None:
    built, clients = everybody
    # Hundreds of refusals would bury the list of what is wrong.
    caplog.set_level(logging.CRITICAL, logger="django.request")
    homes = HomePostcode.objects.values_list("digest", flat=True)
    never = [each.encode() for each in (*homes, world.HOME, world.HOME.replace(" ", ""))]
    assert len(never) == 3
    wrong = []
    for method, shows, address, expected in ROWS:
        for name, status in zip(COLUMNS.values(), expected, strict=True):
            last = Entry.objects.latest("pk").pk
            answer = getattr(clients[name], method.lower())(address.format(**built.ids))
            where = f"{method} {address} as {name}"
            said = b"".join(answer)
            if any(each in said for each in never):
                wrong.append(f"{where}: shows a home postcode")
            if "no-store" not in answer["Cache-Control"]:
                wrong.append(f"{where}: may be kept by a browser")
            if answer.status_code != status:
                wrong.append(f"{where}: {answer.status_code}, not {status}")
            if status in {403, 404} and entries(last, Kind.DENIED) != 1:
                wrong.append(f"{where}: {entries(last, Kind.DENIED)} entries of the denied attempt")
            if shows and status in {200, 422} and entries(last, Kind.CONSULTATION) != 1:
                wrong.append(f"{where}: {entries(last, Kind.CONSULTATION)} entries of the look")
    assert not wrong, "\n".join(wrong)


def test_signed_out_every_path_leads_to_the_sign_in_page(
    everybody: tuple[world.World, dict[str, Client]],
) -> None:
    built, _ = everybody
    stranger = Client()
    addresses = {address.format(**built.ids) for _, _, address, _ in ROWS}
    none = {
        "/no/such/page",
        "/children/999999999",
        "/healthy",
        "/health/1",
        "/sign-in/2",
        "/accessibility/x",
    }
    for address in sorted(addresses | none):
        for method in ("get", "post"):
            answer = getattr(stranger, method)(address)
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/sign-in?"), address


def test_what_is_open_is_open_to_anybody(db: None) -> None:
    for name, status in OPEN.items():
        assert Client().get(f"/{name.replace('_', '-')}").status_code == status


def test_what_is_not_there_and_what_is_not_theirs_look_the_same(
    everybody: tuple[world.World, dict[str, Client]],
) -> None:
    built, clients = everybody
    for kind in ("children/{}", "contacts/{}", "cases/EI-{}", "referrals/R-{}", "actions/{}",
                 "notices/{}"):  # fmt: skip
        theirs = {"children/{}": "kit", "contacts/{}": "unsafe", "cases/EI-{}": "case",
                  "referrals/R-{}": "waiting", "actions/{}": "action",
                  "notices/{}": "notice"}[kind]  # fmt: skip
        pages = [
            clients["charity"].get("/" + kind.format(ident))
            for ident in (built.ids[theirs], 987654321, 9 * 10**17, "9" * 30)
        ]
        assert {page.status_code for page in pages} == {404}
        plain = {TOKEN.sub("", page.content.decode()) for page in pages}
        first, *others = sorted(plain)
        assert not others, f"{kind}: {set(first.split()) ^ set(others[0].split())}"


def test_every_address_is_in_the_table(
    everybody: tuple[world.World, dict[str, Client]],
) -> None:
    built, _ = everybody
    addresses = [address.format(**built.ids) for _, _, address, _ in ROWS]
    asked = {resolve(address.split("?")[0]).view_name for address in addresses}
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert known == asked | set(OPEN)
