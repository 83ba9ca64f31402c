"""Three children worked by pencil, as of 20 November 2026."""

from datetime import date

import pytest

from risk.scoring import (
    EARLY,
    HARM_BY_CHILD,
    HARM_TO_CHILD,
    HUB,
    LENSES,
    NEED,
    NO_DATE_OF_BIRTH,
    NOTHING,
    STALE_STRENGTH,
    Gap,
    Observed,
    Subject,
)
from tests.risk.scoring.children import figures, points, reading


def test_amira_14_missing_and_hurt_at_home_with_a_school_that_holds_her():
    # at risk of harm
    #   EXP01 (moderate 2, acute: full 28 days, then halves every 30)
    #     23 September, 58 days: 2 * 1.0 * 1.0  * 2**-((58 - 28) / 30) = 2 * 0.5        = 1.0
    #     10 November, 10 days, emerging, reported: 2 * 0.5 * 0.75 * 1                  = 0.75
    #     indicator min(1.5 * 2, 1.75)                                                  = 1.75
    #   FAM01 (moderate 2 at 13-15): severe 2 * 1.5 = 3.0, clear 2 * 1.0 = 2.0
    #     indicator min(1.5 * 2, 5.0)                                                   = 3.0
    #   reading 1.75 + 3.0, the school beside it                                        = 4.75
    # may harm others
    #   IND07 (moderate 2, short 90/90), 24 May, 180 days, reported: 2 * 0.75 * 0.5     = 0.75
    #   strengths min(2, 0.4 * 0.75 = 0.3): 0.75 - 0.3                                  = 0.45
    # needs help
    #   SCH06 moderate, clear 2.0; PEE03 strong, emerging 3 * 0.5 = 1.5                 = 3.5
    #   strengths min(2, 0.4 * 3.5 = 1.4): 3.5 - 1.4                                    = 2.1
    # domains: exploitation, family, individual, school, peer
    found = reading(
        Observed("EXP01", date(2026, 9, 23)),
        Observed("EXP01", date(2026, 11, 10), severity=1, confidence="reported"),
        Observed("FAM01", date(2026, 11, 1), severity=3),
        Observed("FAM01", date(2026, 10, 1)),
        Observed("IND07", date(2026, 5, 24), confidence="reported"),
        Observed("SCH06", date(2026, 11, 1)),
        Observed("PEE03", date(2026, 11, 1), severity=1),
        Observed("P04", date(2026, 11, 1)),
    )
    assert figures(found) == pytest.approx({HARM_TO_CHILD: 4.75, HARM_BY_CHILD: 0.45, NEED: 2.1})
    assert {lens: found.lenses[lens].band for lens in LENSES} == {
        HARM_TO_CHILD: HUB,
        HARM_BY_CHILD: EARLY,
        NEED: EARLY,
    }
    assert (found.strengths, found.breadth, found.missing) == (2.0, 5, ())


def test_ben_who_turned_10_nineteen_days_ago():
    # Born 1 November 2016. What he did at 9 is a need, from the birthday on it may harm others.
    # needs help, all in the domain 'individual'
    #   IND01 at 9 (strong 3), 10 October                                               = 3.0
    #   IND05 at 9 (moderate 2), 1 June, long so still full, severe 2 * 1.5              = 3.0
    #   IND16 at 9 (moderate 2), 20 November 2025, 365 days, full, suspected 2 * 0.5     = 1.0
    #   IND09 enduring since 2020, by his band today (moderate 2), severe 2 * 1.5        = 3.0
    #   domain min(6, 10) = 6, shared out by 6/10: 1.8, 1.8, 0.6, 1.8
    #   strengths min(2 + 1.5, 0.4 * 6 = 2.4), shared 2 : 1.5; 6 - 2.4                  = 3.6
    # may harm others
    #   IND01 at 10 (strong 3), 10 November, emerging 3 * 0.5                            = 1.5
    #   strengths min(3.5, 0.4 * 1.5 = 0.6); 1.5 - 0.6                                   = 0.9
    found = reading(
        Observed("IND01", date(2026, 10, 10)),
        Observed("IND01", date(2026, 11, 10), severity=1),
        Observed("IND05", date(2026, 6, 1), severity=3),
        Observed("IND16", date(2025, 11, 20), confidence="suspected"),
        Observed("IND09", date(2020, 3, 1), severity=3),
        Observed("P01", date(2026, 11, 1)),
        Observed("P02", date(2026, 11, 1)),
        subject=Subject(date(2016, 11, 1)),
    )
    assert figures(found) == pytest.approx({HARM_TO_CHILD: 0, HARM_BY_CHILD: 0.9, NEED: 3.6})
    need = found.lenses[NEED]
    assert points(need.contributions) == {"IND01": 1.8, "IND05": 1.8, "IND09": 1.8, "IND16": 0.6}
    assert points(need.lowered_by) == {"P01": 2.4 * 2 / 3.5, "P02": 2.4 * 1.5 / 3.5}
    assert points(found.lenses[HARM_BY_CHILD].contributions) == {"IND01": 1.5}
    assert points(found.strength_contributions) == {"P01": 2.0, "P02": 1.5}
    assert found.breadth == 1


def test_cass_whose_age_nobody_knows():
    # No date of birth: band 13-15 on every day.
    # at risk of harm
    #   EXP08 (strong 3, long), 20 November 2024, 730 days, suspected:
    #     3 * 0.5 * 2**-((730 - 365) / 365) = 1.5 * 0.5                                  = 0.75
    #   SCH04 (strong 3 at 13-15, medium), 24 May, 180 days, full, severe, reported:
    #     3 * 1.5 * 0.75                                                                = 3.375
    #   both together                                                                   = 4.125
    # may harm others
    #   IND01 (moderate 2 at 13-15)                                                      = 2.0
    #   P03, 91 days unconfirmed, counts 0; P17 (weak 1), confirmed 90 days ago, counts 1
    #   2 - min(1, 0.4 * 2 = 0.8)                                                       = 1.2
    # needs help: FAM10 carries no weight                                               = 0
    found = reading(
        Observed("EXP08", date(2024, 11, 20), confidence="suspected"),
        Observed("SCH04", date(2026, 5, 24), severity=3, confidence="reported"),
        Observed("IND01", date(2026, 11, 19)),
        Observed("FAM10", date(2026, 11, 1), severity=3),
        Observed("P03", date(2026, 8, 21)),
        Observed("P17", date(2026, 1, 1), confirmed_on=date(2026, 8, 22)),
        subject=Subject(None),
    )
    assert figures(found) == pytest.approx({HARM_TO_CHILD: 4.125, HARM_BY_CHILD: 1.2, NEED: 0})
    assert found.lenses[NEED].band == NOTHING
    assert (found.strengths, found.breadth) == (1.0, 3)
    assert found.missing == (Gap(NO_DATE_OF_BIRTH), Gap(STALE_STRENGTH, "P03"))
