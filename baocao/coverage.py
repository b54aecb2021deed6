"""Which days a source's answers cover, and by which independent counts it was proved that all records of them came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from baocao.domain import VIETNAM, System, Window
from baocao.figures import print_instant
from baocao.notices import CountProof

_DAY: Final = timedelta(days=1)
NOTHING_VI: Final = "chưa chứng minh được là đủ: nguồn không cho số đếm độc lập nào"
UNKNOWN_VI: Final = "không rõ (lần lập trước khi có ghi nhận này)"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one source's answers cover, from its kept payloads alone.

    `window` are the days asked for; None of a stock, which is a state at one moment. The answers tell what the source
    held at `held_at`: a day that was not over by then is not covered.
    """

    source_code: str
    system: System
    unit_code: str
    window: Window | None
    held_at: datetime
    proofs: tuple[CountProof, ...] = ()

    @property
    def is_proved(self) -> bool:
        return any(proof.of_whole for proof in self.proofs) and all(proof.is_met for proof in self.proofs)

    def find_missing(self, wanted: Window) -> tuple[Window, ...]:
        """The days of `wanted` that the answers do not cover, in unbroken runs."""
        there = self._find_covered(wanted)
        if there is None:
            return (wanted,)
        gaps = (wanted.start_on, there.start_on - _DAY), (there.end_on + _DAY, wanted.end_on)
        return tuple(Window(first, last) for first, last in gaps if first <= last)

    def _find_covered(self, wanted: Window) -> Window | None:
        asked = self.window or wanted
        last_over = self.held_at.astimezone(VIETNAM).date() - _DAY
        first, last = max(wanted.start_on, asked.start_on), min(wanted.end_on, asked.end_on, last_over)
        return Window(first, last) if first <= last else None

    @property
    def days_vi(self) -> str:
        """Which days are there: `15/09/2025 – 14/12/2025 (đủ 91 ngày)`; of a stock, when it was taken."""
        if self.window is None:
            return f"số liệu thời điểm, lấy lúc {print_instant(self.held_at)}"
        missing, every = self.find_missing(self.window), len(list(self.window.days()))
        if not missing:
            return f"{say_days(self.window)} (đủ {every} ngày)"
        lacking = sum(len(list(days.days())) for days in missing)
        return f"{every - lacking}/{every} ngày của {say_days(self.window)}; thiếu {', '.join(map(say_days, missing))}"

    @property
    def proofs_vi(self) -> str:
        """By what it was proved whole, or that it was not: for an officer."""
        nothing = () if any(proof.of_whole for proof in self.proofs) else (NOTHING_VI,)
        return "; ".join((*nothing, *map(say_proof, self.proofs)))

    @property
    def says_vi(self) -> str:
        return f"{self.days_vi}; {self.proofs_vi}"

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source_code,
            "window": [f"{self.window.start_on}", f"{self.window.end_on}"] if self.window else None,
            "held_at": self.held_at.isoformat(),
            "missing": [
                [f"{days.start_on}", f"{days.end_on}"]
                for days in (self.find_missing(self.window) if self.window else ())
            ],
            "proved": self.is_proved,
            "proofs": [
                {"what_vi": proof.what_vi, "found": proof.found_count, "expected": proof.expected_count}
                for proof in self.proofs
            ],
            "says_vi": self.says_vi,
        }


def unknown_as_json(source_code: str) -> dict[str, Any]:
    """What a vintage says of a source whose coverage it did not keep."""
    return {"source": source_code, "proved": None, "says_vi": UNKNOWN_VI}


def say_proof(proof: CountProof) -> str:
    if proof.expected_count is None:
        return f"chưa chứng minh được là đủ: {proof.what_vi}"
    counts = f"{_grouped(proof.found_count)}/{_grouped(proof.expected_count)}"
    return f"{proof.what_vi}: {counts}" + ("" if proof.is_met else " – KHÔNG KHỚP")


def say_days(days: Window) -> str:
    if days.start_on == days.end_on:
        return f"{days.start_on:%d/%m/%Y}"
    return f"{days.start_on:%d/%m/%Y} – {days.end_on:%d/%m/%Y}"


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", ".")
