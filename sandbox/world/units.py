"""The invented province and its units."""

from dataclasses import replace
from datetime import date, timedelta

from sandbox.world.ledger import LedgerUnit

PROVINCE_CODE = "H98"
PROVINCE_NAME = "UBND tỉnh Biển Mẫu"
PROVINCE_KEY = "64f0c1a2b3d4e5f607182900"
MERGED_ON = date(2025, 7, 1)

DAC_KHU = LedgerUnit(
    code="dac-khu",
    name="UBND đặc khu Sao Mẫu",
    official_code="H98.51",
    tier="special_zone",
    agency_key="64f0c1a2b3d4e5f607182951",
    document_userid="5101",
    valid_from=date(2025, 7, 1),
)
XA = LedgerUnit(
    code="xa",
    name="UBND xã An Mẫu",
    official_code="000.31.25.H98",
    tier="commune",
    agency_key="64f0c1a2b3d4e5f607182925",
    document_userid="2501",
    valid_from=date(2016, 1, 1),
)
LANG_GIENG = LedgerUnit(
    code="lang-gieng",
    name="UBND xã Gió Mẫu",
    official_code="H98.52",
    tier="commune",
    agency_key="64f0c1a2b3d4e5f607182952",
    document_userid="5201",
    valid_from=date(2025, 7, 1),
)
LANG_GIENG_CU = LedgerUnit(
    code="lang-gieng",
    name="UBND xã Gió Mẫu",
    official_code="000.32.25.H98",
    tier="commune",
    agency_key="64f0c1a2b3d4e5f607182926",
    document_userid="2601",
    valid_from=date(2016, 1, 1),
)


def numbered_unit(number: int) -> LedgerUnit:
    """Unit `number` of a "province:" data set.

    don-vi-007 is H98.10.07 (also its portal key), agency "64f0c1a2b3d4e5f6" + hexadecimal 0x1000 + 7 in eight digits,
    document user 60000 + 7.
    """
    return LedgerUnit(
        code=f"don-vi-{number:03d}",
        name=f"UBND xã Mẫu số {number:03d}",
        official_code=f"{PROVINCE_CODE}.{10 + number // 100}.{number % 100:02d}",
        tier="commune",
        agency_key=f"64f0c1a2b3d4e5f6{0x1000 + number:08x}",
        document_userid=str(60_000 + number),
        valid_from=date(2025, 7, 1),
    )


def steady_unit(number: int) -> LedgerUnit:
    """Commune or ward `number` of a "years" data set, which went through the merger with its keys and a new code.

    don-vi-03 is 000.43.25.H98 and from 01/7/2025 on H98.63, which is its portal key throughout; agency
    "64f0c1a2b3d4e5f6" + hexadecimal 0x2000 + 3 in eight digits, document user 40000 + 3. Every third one is a ward.
    """
    is_ward = number % 3 == 0
    return LedgerUnit(
        code=f"don-vi-{number:02d}",
        name=f"UBND {'phường' if is_ward else 'xã'} Mẫu số {number:02d}",
        official_code=f"{PROVINCE_CODE}.{60 + number}",
        tier="ward" if is_ward else "commune",
        agency_key=f"64f0c1a2b3d4e5f6{0x2000 + number:08x}",
        document_userid=str(40_000 + number),
        valid_from=date(2016, 1, 1),
        old_code=f"000.{40 + number}.25.{PROVINCE_CODE}",
    )


def merging_units() -> tuple[LedgerUnit, LedgerUnit, LedgerUnit]:
    """Two communes that end on 30/6/2025, and the one that follows them."""
    last_on = MERGED_ON - timedelta(days=1)
    first = replace(XA, valid_to=last_on)
    second = replace(LANG_GIENG_CU, code="xa-gio", valid_to=last_on)
    merged = LedgerUnit(
        code="xa-an-gio",
        name="UBND xã An Gió",
        official_code="H98.53",
        tier="commune",
        agency_key="64f0c1a2b3d4e5f607182953",
        document_userid="5301",
        valid_from=MERGED_ON,
        predecessors=(first.code, second.code),
    )
    return first, second, merged
