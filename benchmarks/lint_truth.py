"""Forms with true figures for the second hand: from the YAML files as they stand, without the product's own reading.

Nothing here imports the product: rows, units and figures are read, drawn and printed anew, so that the reader cannot
share an assumption with who wrote.
"""

import random
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import yaml

CONFIG_DIR = Path(__file__).parents[1] / "config"
UNITS = {
    "2024-phu-luc-8": (("xã Suối Hạ", "commune"), ("huyện Đồng Trung", "district"), ("phường Nam Lộ", "ward")),
    "2025-bieu-mau-7": (("đặc khu Hòn Bà", "special_zone"), ("xã Thượng Lâm", "commune"), ("phường Bắc Cầu", "ward")),
}
DAYS = {
    "2024-phu-luc-8": ((18, 3, 2024), (17, 6, 2024), (16, 9, 2024), (17, 12, 2024)),
    "2025-bieu-mau-7": ((16, 9, 2025), (18, 12, 2025), (17, 3, 2026), (16, 6, 2026)),
}
_WIDE = ("dossiers",)


@dataclass(frozen=True)
class TrueRow:
    """One row as the official text prints it, and what a careful clerk of the unit writes there."""

    number: str
    label: str
    unit: str
    value: Decimal | None
    is_percent: bool

    @property
    def key(self) -> str:
        return self.number.rstrip(".")

    @property
    def text(self) -> str:
        """With a dot between thousands and a comma before decimals."""
        if self.value is None:
            return ""
        return f"{self.value:,f}".replace(",", "_").replace(".", ",").replace("_", ".")


@dataclass(frozen=True)
class TrueForm:
    form_code: str
    appendix: str
    title: tuple[str, ...]
    unit_name: str
    day: tuple[int, int, int]
    rows: tuple[TrueRow, ...]
    signed: tuple[str, ...]

    @property
    def head(self) -> tuple[str, ...]:
        day, month, year = self.day
        sentence = (
            f"(Kèm theo Báo cáo số: 87/BC-UBND ngày {day:02d} tháng {month:02d} năm {year} của UBND {self.unit_name})"
        )
        return (self.appendix, *self.title, sentence)

    def row(self, key: str) -> TrueRow:
        return next(row for row in self.rows if row.key == key)

    def with_value(self, key: str, value: Decimal | None) -> "TrueForm":
        rows = tuple(replace(row, value=value) if row.key == key else row for row in self.rows)
        return replace(self, rows=rows)


@dataclass(frozen=True)
class Sheet:
    """What one form's YAML file says, with the ratios of its figures."""

    plain: dict[str, Any]
    indicators: dict[str, Any]

    @property
    def ratios(self) -> dict[str, tuple[str, str]]:
        """Rows of percentages with the rows they are made of."""
        keys = {row["indicator"]: str(row["number"]).rstrip(".") for row in self.plain["rows"] if row.get("indicator")}
        found = {}
        for code, key in keys.items():
            ratio = self.indicators[code].get("ratio") or {}
            parts = (ratio.get("numerator"), ratio.get("denominator"))
            if parts[0] in keys and parts[1] in keys:
                found[key] = (keys[parts[0]], keys[parts[1]])
        return found


def read_sheet(form_code: str) -> Sheet:
    plain = yaml.safe_load((CONFIG_DIR / "forms" / f"{form_code}.yaml").read_text(encoding="utf-8"))
    indicators = yaml.safe_load((CONFIG_DIR / "indicators.yaml").read_text(encoding="utf-8"))
    return Sheet(plain, indicators.get("indicators", indicators))


def draw_form(form_code: str, chance: random.Random) -> TrueForm:
    """Figures that agree with each other; rows of other tiers stay empty."""
    sheet = read_sheet(form_code)
    name, tier = chance.choice(UNITS[form_code])
    values = _values(sheet, tier, chance)
    rows = tuple(_row(row, values) for row in sheet.plain["rows"])
    signed = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Trần Thị Thử") if sheet.plain.get("signature_block") else ()
    title = tuple(sheet.plain["title"])
    return TrueForm(form_code, sheet.plain["appendix"], title, name, chance.choice(DAYS[form_code]), rows, signed)


def _row(row: dict[str, Any], values: dict[str, Decimal]) -> TrueRow:
    key = str(row["number"]).rstrip(".")
    label = row["label"].replace("<i>", "").replace("</i>", "")
    unit = str(row.get("unit", "")).replace("<i>", "").replace("</i>", "")
    return TrueRow(str(row["number"]), label, unit, values.get(key), str(row.get("indicator", "")).endswith("_pct"))


def _values(sheet: Sheet, tier: str, chance: random.Random) -> dict[str, Decimal]:
    owed = [row for row in sheet.plain["rows"] if row.get("indicator") and tier in row.get("tiers", [tier])]
    wholes = {whole for _, whole in sheet.ratios.values()}
    values: dict[str, Decimal] = {}
    shared = Decimal(chance.randint(80, 99)) + Decimal(chance.randint(1, 99)) / 100
    for row in owed:
        key, code = str(row["number"]).rstrip("."), row["indicator"]
        if code.endswith("_code"):
            values[key] = Decimal(1)
        elif code.endswith("_pct"):
            values[key] = shared
        else:
            values[key] = Decimal(chance.randint(1_200, 48_000) if code.startswith(_WIDE) else chance.randint(60, 190))
    for part, whole in sheet.ratios.values():
        if part in values and whole in values and part not in wholes:
            values[part] = Decimal(chance.randint(int(values[whole]) // 2, int(values[whole])))
    _settle(form=sheet, values=values)
    for key, (part, whole) in sheet.ratios.items():
        if key in values:
            exact = values[part] * 100 / values[whole]
            values[key] = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return values


def _settle(form: Sheet, values: dict[str, Decimal]) -> None:
    """Counts of procedures that others of the form bound: none is more than what it is a part of."""
    codes = {row["indicator"]: str(row["number"]).rstrip(".") for row in form.plain["rows"] if row.get("indicator")}

    def put(code: str, value: Decimal) -> None:
        if code in codes and codes[code] in values:
            values[codes[code]] = value

    def at(code: str) -> Decimal:
        return values.get(codes.get(code, ""), Decimal(0))

    for level in ("3", "4"):
        put(f"procedures_level_{level}_online_dossier_count", at(f"procedures_level_{level}_count") // 2)
    online = at("procedures_level_3_count") + at("procedures_level_4_count")
    put("procedures_online_count", online)
    put("procedures_published_national_count", online)
    put("procedures_fee_count", Decimal(52))
    for code in ("procedures_payment_any_count", "procedures_payment_national_count"):
        put(code, Decimal(47))
    if "procedures_with_dossier_count" in codes:
        put("procedures_with_dossier_count", Decimal(57))
        put("procedures_with_online_dossier_count", Decimal(49))
