"""The invented province and its units."""

from datetime import date

from sandbox.ledger import Unit

PROVINCE_CODE = "H98"
PROVINCE_NAME = "UBND tỉnh Biển Mẫu"
PROVINCE_KEY = "64f0c1a2b3d4e5f607182900"

DAC_KHU = Unit(
    code="dac-khu",
    name="UBND đặc khu Sao Mẫu",
    official_code="H98.51",
    tier="special_zone",
    agency_key="64f0c1a2b3d4e5f607182951",
    document_userid="5101",
    valid_from=date(2025, 7, 1),
)
XA = Unit(
    code="xa",
    name="UBND xã An Mẫu",
    official_code="000.31.25.H98",
    tier="commune",
    agency_key="64f0c1a2b3d4e5f607182925",
    document_userid="2501",
    valid_from=date(2016, 1, 1),
)
LANG_GIENG = Unit(
    code="lang-gieng",
    name="UBND xã Gió Mẫu",
    official_code="H98.52",
    tier="commune",
    agency_key="64f0c1a2b3d4e5f607182952",
    document_userid="5201",
    valid_from=date(2025, 7, 1),
)
LANG_GIENG_CU = Unit(
    code="lang-gieng",
    name="UBND xã Gió Mẫu",
    official_code="000.32.25.H98",
    tier="commune",
    agency_key="64f0c1a2b3d4e5f607182926",
    document_userid="2601",
    valid_from=date(2016, 1, 1),
)


def numbered_unit(number: int) -> Unit:
    """Unit `number` of a "province:" data set.

    don-vi-007 is H98.107 (also its portal key), agency "64f0c1a2b3d4e5f6" + hexadecimal 0x1000 + 7 in eight digits,
    document user 60000 + 7.
    """
    return Unit(
        code=f"don-vi-{number:03d}",
        name=f"UBND xã Mẫu số {number:03d}",
        official_code=f"{PROVINCE_CODE}.{100 + number}",
        tier="commune",
        agency_key=f"64f0c1a2b3d4e5f6{0x1000 + number:08x}",
        document_userid=str(60_000 + number),
        valid_from=date(2025, 7, 1),
    )
