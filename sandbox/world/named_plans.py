"""The plans behind the named data sets: every true figure of theirs stands here."""

from datetime import date, datetime

from sandbox.world.ledger import Level
from sandbox.world.periods import ZONE
from sandbox.world.plans import CataloguePlan, DataSetPlan, DocumentPlan, LevelFlow, PeriodPlan, UnitPlan
from sandbox.world.units import DAC_KHU, LANG_GIENG, LANG_GIENG_CU, XA


def plan_dac_khu() -> DataSetPlan:
    """A special zone in its first two quarters, its form for the end of 2025."""
    third_quarter = PeriodPlan(
        date(2025, 7, 1),
        date(2025, 9, 14),
        flows=(
            LevelFlow(Level.FULL, 12_480, 6_214, 42, 35, first=8, postal=231, channel_missing=268),
            LevelFlow(Level.PARTIAL, 5_103, 1_987, 16, 12, first=5, changing=True, postal=97, channel_missing=112),
        ),
        documents=DocumentPlan(902, 829, 31, 2_702),
        resolved=14_896,
        withdrawn=412,
        entered_weeks_later=14,
        registered=288,
        refused=171,
        information=154,
    )
    fourth_quarter = PeriodPlan(
        date(2025, 9, 15),
        date(2025, 12, 14),
        flows=(
            LevelFlow(Level.FULL, 16_736, 9_530, 46, 39, changing=True, postal=302, channel_missing=355, late=23),
            LevelFlow(Level.PARTIAL, 6_681, 2_809, 18, 15, changing=True, postal=141, channel_missing=160, late=11),
        ),
        documents=DocumentPlan(1_240, 1_178, 37, 3_831),
        resolved=20_004,
        withdrawn=533,
        carried_resolved=2_150,
        carried_withdrawn=60,
        registered=402,
        refused=219,
        information=187,
    )
    next_quarter = PeriodPlan(
        date(2025, 12, 15),
        date(2026, 1, 31),
        flows=(
            LevelFlow(Level.FULL, 1_400, 840, 40, 33, changing=True, postal=20, channel_missing=30),
            LevelFlow(Level.PARTIAL, 600, 260, 15, 12, postal=10, channel_missing=12),
        ),
        documents=DocumentPlan(160, 151, 5, 480),
        resolved=900,
        withdrawn=30,
        carried_resolved=2_400,
        carried_withdrawn=40,
        registered=30,
        refused=12,
        information=10,
    )
    return DataSetPlan(
        "dac-khu-2025",
        datetime(2025, 12, 15, 7, tzinfo=ZONE),
        "2025-Q4",
        CataloguePlan(
            offered={Level.FULL: 97, Level.PARTIAL: 41, Level.INFORMATION: 12},
            fee=87,
            payment_national=74,
            payment_provincial=6,
            published_online=131,
            free_with_payment=3,
            changes_on=date(2025, 11, 1),
        ),
        (UnitPlan(DAC_KHU, (third_quarter, fourth_quarter, next_quarter)),),
        (UnitPlan(LANG_GIENG, (_small_stretch(Level.FULL, date(2025, 9, 15), date(2025, 12, 14)),)),),
    )


def plan_xa() -> DataSetPlan:
    """A commune under three tiers and four levels, its form for the first quarter of 2024."""
    before = PeriodPlan(
        date(2023, 9, 15),
        date(2023, 12, 14),
        flows=(
            LevelFlow(Level.LEVEL_3, 391, 240, 21, 18, first=2, postal=6, channel_missing=8),
            LevelFlow(Level.LEVEL_4, 49, 27, 8, 5, first=1, postal=1, channel_missing=2),
        ),
        documents=DocumentPlan(198, 198, 3, 610),
        resolved=362,
        withdrawn=11,
        entered_weeks_later=3,
        registered=9,
        refused=6,
        information=12,
    )
    first_quarter = PeriodPlan(
        date(2023, 12, 15),
        date(2024, 3, 14),
        flows=(
            LevelFlow(Level.LEVEL_3, 427, 277, 22, 19, postal=7, channel_missing=9, late=4),
            LevelFlow(Level.LEVEL_4, 57, 33, 9, 5, postal=2, channel_missing=3, late=1),
        ),
        documents=DocumentPlan(212, 212, 4, 655),
        resolved=405,
        withdrawn=13,
        carried_resolved=60,
        carried_withdrawn=2,
        registered=11,
        refused=7,
        information=15,
    )
    return DataSetPlan(
        "xa-2024",
        datetime(2024, 3, 15, 7, tzinfo=ZONE),
        "2024-Q1",
        CataloguePlan(
            offered={Level.LEVEL_4: 70, Level.LEVEL_3: 28, Level.INFORMATION: 11},
            fee=91,
            payment_national=79,
            payment_provincial=12,
            published_online=98,
            free_with_payment=2,
        ),
        (UnitPlan(XA, (before, first_quarter)),),
        (UnitPlan(LANG_GIENG_CU, (_small_stretch(Level.LEVEL_3, date(2023, 12, 15), date(2024, 3, 14)),)),),
    )


def plan_tiny() -> DataSetPlan:
    """A few dozen dossiers, for tests that should be quick."""
    stretch = PeriodPlan(
        date(2025, 9, 15),
        date(2025, 12, 14),
        flows=(
            LevelFlow(Level.FULL, 41, 24, 6, 5, changing=True, postal=2, channel_missing=2, late=2),
            LevelFlow(Level.PARTIAL, 19, 8, 4, 3, changing=True, postal=1, channel_missing=1),
        ),
        documents=DocumentPlan(20, 19, 2, 60),
        resolved=44,
        withdrawn=2,
        registered=2,
        refused=2,
        information=2,
    )
    return DataSetPlan(
        "tiny",
        datetime(2025, 12, 15, 7, tzinfo=ZONE),
        "2025-Q4",
        CataloguePlan(
            offered={Level.FULL: 9, Level.PARTIAL: 5, Level.INFORMATION: 2},
            fee=10,
            payment_national=7,
            payment_provincial=1,
            published_online=13,
            free_with_payment=1,
            upgradable=1,
            changes_on=date(2025, 11, 1),
        ),
        (UnitPlan(DAC_KHU, (stretch,)),),
    )


def _small_stretch(level: Level, first_on: date, last_on: date) -> PeriodPlan:
    """A neighbour's few rows, there to be filtered out."""
    flow = LevelFlow(level, 150, 80, 12, 9, postal=3, channel_missing=4)
    return PeriodPlan(first_on, last_on, (flow,), DocumentPlan(40, 30, 1, 90), resolved=120, withdrawn=4)
