"""Reading back a `form.json` written by `form_json`."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import orjson

from baocao.catalogue import Catalogue
from baocao.domain import Cell, CellStatus, FilledForm, FormLine, FormMark, Period, Window
from baocao.errors import ConfigError, UnreadableFormError


def read_form_json(path: Path, catalogue: Catalogue) -> FilledForm:
    """Raise UnreadableFormError where the file is no form.json of this product or of a form nobody configured."""
    try:
        return _read(orjson.loads(path.read_bytes()), catalogue)
    except OSError as error:
        raise UnreadableFormError(f"Không mở được tệp {path}.") from error
    except (KeyError, TypeError, ValueError, InvalidOperation, ConfigError) as error:
        raise UnreadableFormError(f"{path} không phải là tệp form.json do baocao tạo ra.") from error


def _read(content: Any, catalogue: Catalogue) -> FilledForm:
    unit = catalogue.units.get(content["unit"])
    known_at = content.get("known_at")
    return FilledForm(
        form_code=catalogue.form(content["form"]).form_code,
        unit_code=content["unit"],
        unit_name=unit.name if unit else content["unit"],
        period=Period.parse(content["period"]) if content["period"] else None,
        window=Window(*(date.fromisoformat(day) for day in content["window"])) if content["window"] else None,
        status=FormMark(content["status"]),
        cells={key: _read_cell(key, cell, catalogue) for key, cell in content["cells"].items()},
        known_at=datetime.fromisoformat(known_at) if known_at else None,
        vintage=content.get("vintage"),
        revision=content.get("revision", 0),
        restatement_note=content.get("restatement_note", ""),
        lines=tuple(FormLine(**line) for line in content.get("lines", ())),
        tier=unit.tier if unit and content.get("lines") else None,
    )


def _read_cell(key: str, cell: Any, catalogue: Catalogue) -> Cell:
    return Cell(
        number=key,
        value=None if cell["value"] is None else Decimal(cell["value"]),
        display=cell["display"],
        status=CellStatus(cell["status"]),
        measure=catalogue.measures[cell["unit"]] if cell["unit"] else None,
        indicator_code=cell["indicator"],
        note=cell["note"],
    )
