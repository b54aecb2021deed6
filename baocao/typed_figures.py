"""Typed-in figures: as they stand at the desk, as they are kept with a vintage, and read back from there."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from baocao.catalogue import ManualFigure
from baocao.catalogue.manual import ManualFigures
from baocao.domain import Period
from baocao.errors import ConfigError
from baocao.figures import print_instant

TYPED_IN = "typed_in"
"""The source typed-in figures are kept under."""


@dataclass(frozen=True)
class TypedEntry:
    """One figure as somebody typed it in at the desk; without a value the one before is taken back.

    `revision` counts the entries of one figure from 1; an entry that came too late, upon a revision that was no longer
    the last one, has none and counts for nothing. `overrules` is what the file said when it was typed.
    """

    unit_code: str
    period: Period
    indicator_code: str
    based_on: int
    value: Decimal | None
    given_by: str
    given_on: date
    evidence: str
    account: str
    at: datetime
    file_name: str = ""
    file_sha256: str = ""
    overrules: Decimal | None = None
    revision: int | None = None

    @property
    def figure(self) -> ManualFigure | None:
        """As the file would say it; evidence that is a file by its name and hash."""
        if self.value is None:
            return None
        evidence = self.evidence
        if self.file_sha256:
            evidence = f"{evidence} [{self.file_name}, sha256 {self.file_sha256}]".strip()
        return ManualFigure(value=self.value, given_by=self.given_by, given_on=self.given_on, evidence=evidence)

    def has_figure_of(self, other: "TypedEntry") -> bool:
        """Whether the same person gave the same figure."""
        return (self.account, self.value) == (other.account, other.value)

    def says_all_of(self, other: "TypedEntry") -> bool:
        """Whether the other one adds nothing: evidence that is a file stays where none is given anew."""
        mine = (self.given_by, self.given_on, self.evidence, self.overrules)
        theirs = (other.given_by, other.given_on, other.evidence, other.overrules)
        return self.has_figure_of(other) and mine == theirs and other.file_sha256 in ("", self.file_sha256)

    @property
    def origin(self) -> dict[str, Any]:
        """What a kept payload says of where the figure comes from."""
        return {"revision": self.revision, "account": self.account, "at": self.at.isoformat()}


def join_entries(
    name: str,
    in_file: Mapping[str, ManualFigure],
    entries: Mapping[str, TypedEntry],
    names: Callable[[str], str] = str,
) -> dict[str, ManualFigure]:
    """The figures of the file and of the desk; raise ConfigError naming each that both have, one beside the other.

    The desk's counts where whoever typed it in saw what the file says now.
    """
    joined = dict(in_file)
    told = []
    for code, entry in entries.items():
        figure, filed = entry.figure, in_file.get(code)
        if figure is None:
            continue
        if filed is None or filed.value in (figure.value, entry.overrules):
            joined[code] = figure
        else:
            told.append(_tell_conflict(name, code, filed, entry, names))
    if told:
        raise ConfigError("\n".join(told))
    return joined


def _tell_conflict(name: str, code: str, filed: ManualFigure, entry: TypedEntry, names: Callable[[str], str]) -> str:
    return (
        f"{name}: figures.{code}: tệp ghi {filed.value:f} ({filed.given_by}, {filed.given_on:%d/%m/%Y}), còn số nhập "
        f"trên trang là {entry.value:f} ({names(entry.account)}, {print_instant(entry.at)}). Chưa lấy số nào: xóa dòng "
        "này trong tệp, hoặc mở ô trên trang, xem số của tệp rồi lưu lại số đúng"
    )


@dataclass(frozen=True)
class TypedFigures:
    """The figures of a unit's period, by indicator, and the hash of the payload they were read from.

    `file` is where those stand that were not typed in at the desk; `entered` has who typed in each of the others, and
    when.
    """

    file: str
    sha256: str
    figures: Mapping[str, ManualFigure]
    entered: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def as_json(self, used: Container[str]) -> dict[str, Any]:
        """Where the figures stand, and what each of those `used` rests on."""
        figures = {code: plain_figure(figure) for code, figure in sorted(self.figures.items()) if code in used}
        entered = {code: self.entered[code] for code in figures if code in self.entered}
        return {
            "file": self.file,
            "sha256": self.sha256,
            "figures": figures,
            **({"entered": entered} if entered else {}),
        }


def parse_typed(request: Mapping[str, Any], sha256: str, body: bytes) -> TypedFigures:
    """The figures of a kept payload, from what was asked, its hash and its content."""
    figures = ManualFigures(figures=_with_figures(orjson.loads(body))).figures
    return TypedFigures(request["file"], sha256, figures, request.get("entered", {}))


def plain_figure(figure: ManualFigure) -> dict[str, str]:
    """A figure as it is kept: its declared keys, as text."""
    return {
        "value": f"{figure.value:f}",
        "given_by": figure.given_by,
        "given_on": figure.given_on.isoformat(),
        "evidence": figure.evidence,
    }


def _with_figures(kept: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """What was kept is a figure already: it is not read as what a person writes."""
    return {code: {**figure, "value": Decimal(figure["value"])} for code, figure in kept.items()}
