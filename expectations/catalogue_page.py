"""The page `docs/checks.md`: every check, from the code itself. Run as a module, it writes the page anew."""

import sys
from pathlib import Path

from baocao.settings import CHECKOUT_DIR
from baocao.vocabulary import SEVERITIES, SUITES
from expectations.registry import all_cards
from expectations.rule import CheckCard

PAGE = CHECKOUT_DIR / "docs" / "checks.md"
_HEAD = """\
# Checks

Every check has an id that never changes; it is what to quote on the telephone. A check passes, fails, or cannot be
evaluated, and then says why: a cell left blank never counts as 0, a dead source never as a broken rule. Only a failed
*critical* check (“nghiêm trọng”) stops a release: the form would state something false or leave out something owed. A
*warning* (“cảnh báo”) is for a person to look at, *information* (“thông tin”) for the record.

Rules come from the catalogue (`part_of`, `ratio`, `balances`, `measure`, `codes`, the tiers of a row, the counting
definitions), so a new form needs YAML only. Two kinds of totals need not even be declared: they follow from the
definitions, where the records counted by one figure are exactly those counted by others together.

How figures are compared with earlier ones, and how many is too many: [history-checks.md](history-checks.md). How one
system is compared with another: [reconcile-checks.md](reconcile-checks.md).

This page is made by `python -m expectations.catalogue_page`.
"""
_COLUMNS = ("Mã kiểm tra", "Mức", "Nội dung", "Áp dụng cho", "Không đánh giá được khi")


def render_page() -> str:
    parts = [_HEAD]
    for suite, title in SUITES.items():
        rows = [_row(card) for card in all_cards() if card.check.startswith(f"{suite}.")]
        parts.append(
            "\n".join([f"## `{suite}.*` – {title}", "", _line(_COLUMNS), _line(["---"] * len(_COLUMNS)), *rows])
        )
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _row(card: CheckCard) -> str:
    says = card.says_vi + (f" {card.milder_vi}" if card.milder_vi else "")
    return _line((f"`{card.check}`", SEVERITIES[card.severity], says, card.cells_vi, card.unclear_vi))


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write_page(path: Path = PAGE) -> None:
    path.write_text(render_page(), encoding="utf-8")


if __name__ == "__main__":
    write_page(Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE)
