"""Three children by pencil, as of Tuesday 24 November 2026, through the commands of the portal."""

from datetime import date

import pytest

import cases.commands
from risk.models import Reading
from tests import factories
from tests.risk.commands.children import BORN, TODAY, figures, observe


@pytest.mark.django_db
def test_dara_14(officer):
    # at risk of harm
    #   EXP01 (moderate 2 at 13-15, acute: full 28 days, then halves every 30), 27 September,
    #     58 days: 2 * 1.0 * 1.0 * 2**-((58 - 28) / 30)                                 = 1.0
    #   SCH07 (moderate 2, short: full 90 days), said to be severe: 2 * 1.5              = 3.0
    #     (of the same indicator again, clear 2.0; cap 1.5 * 2)                          = 3.0
    #   EXP08 (strong 3) was voided                                                     = 0
    #   reading                                                                         = 4.0
    # needs help
    #   SCH06 (moderate 2), reported: 2 * 0.75                                           = 1.5
    #   P04 (2), seen on 1 February, re-confirmed 23 days ago: min(2, 0.4 * 1.5 = 0.6)
    #   reading 1.5 - 0.6                                                               = 0.9
    dara = factories.child(born=BORN)
    observe(dara, "EXP01", date(2026, 9, 27), by=officer)
    bullied = observe(dara, "SCH07", date(2026, 11, 1), by=officer)
    observe(dara, "SCH07", date(2026, 11, 20), by=officer)
    mistaken = observe(dara, "EXP08", by=officer)
    observe(dara, "SCH06", date(2026, 11, 10), confidence="reported", by=officer)
    school = observe(dara, "P04", date(2026, 2, 1), by=officer)
    cases.commands.change_severity(bullied, severity=3, reason="Beaten", by=officer)
    cases.commands.void(mistaken, reason="Another child", by=officer)
    cases.commands.reconfirm(school, confirmed_on=date(2026, 11, 1), by=officer)
    assert figures(dara) == (4.0, 0, 0.9)
    row = Reading.objects.get(pk=dara.pk)
    assert (row.harm_to_child_band, row.harm_by_child_band, row.need_band) == (
        "consult the hub", "nothing recorded", "early conversation",
    )  # fmt: skip
    assert (row.strengths, row.breadth) == (2.0, 2)


@pytest.mark.django_db
def test_eli_whose_tenth_birthday_is_today(officer):
    # needs help, all in one domain
    #   IND06 at 9 (strong 3): what he did then is a need                                = 3.0
    #   IND12 (enduring, by the age today: moderate 2 at 10-12, weak 1 before)           = 2.0
    #   IND09 (enduring, moderate 2) ended four days ago                                 = 0
    #   reading, no strengths                                                            = 5.0
    # may harm others: IND06 at 10 (strong 3), emerging 3 * 0.5                          = 1.5
    eli = factories.child(born=date(2016, 11, 24))
    observe(eli, "IND06", date(2026, 11, 23), by=officer)
    observe(eli, "IND06", TODAY, severity=1, by=officer)
    observe(eli, "IND12", date(2024, 1, 1), by=officer)
    over = observe(eli, "IND09", date(2024, 1, 1), by=officer)
    cases.commands.end_observation(over, ended_on=date(2026, 11, 20), reason="Well", by=officer)
    assert figures(eli) == (0, 1.5, 5.0)
    assert Reading.objects.get(pk=eli.pk).breadth == 1


@pytest.mark.django_db
def test_fay_whose_age_nobody_knows(officer):
    # No date of birth: weights of 13-15.
    # at risk of harm, all in the domain 'family'
    #   FAM01 (moderate 2), severe 2 * 1.5                                               = 3.0
    #   FAM02 (moderate 2, long: full 365 days, then halves every 365), 730 days,
    #     suspected: 2 * 0.5 * 2**-((730 - 365) / 365)                                   = 0.5
    #   FAM04 (moderate 2), severe                                                      = 3.0
    #   domain min(6, 6.5)                                                              = 6.0
    # may harm others
    #   IND01 (moderate 2)                                                              = 2.0
    #   P01 (2), reported 2 * 0.75 = 1.5; P03, 91 days unconfirmed (90 count)            = 0
    #   2 - min(1.5, 0.4 * 2 = 0.8)                                                     = 1.2
    fay = factories.child(born=None)
    observe(fay, "FAM01", severity=3, by=officer)
    observe(fay, "FAM02", date(2024, 11, 24), confidence="suspected", by=officer)
    observe(fay, "FAM04", severity=3, by=officer)
    observe(fay, "IND01", by=officer)
    observe(fay, "P01", confidence="reported", by=officer)
    observe(fay, "P03", date(2026, 8, 25), by=officer)
    assert figures(fay) == (6.0, 1.2, 0)
    row = Reading.objects.get(pk=fay.pk)
    assert (row.strengths, row.breadth) == (1.5, 2)
