"""A draft as the files of a configuration folder, and its questions as a file beside them."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from baocao.forms.drafting.model import Draft, Question, RowProposal

QUESTIONS, MANUAL = "questions.yaml", "manual.yaml"
_WIDTH = 110
_PLAIN = re.compile(r"[^\W\d_][^:#\n{}\[\],&*!|>'\"%@`]*(?<!\s)")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def write_files(draft: Draft) -> dict[str, str]:
    """By name, below the folder of the draft."""
    files = {f"forms/{draft.form_code}.yaml": "\n".join(_write_form(draft)) + "\n"}
    if draft.indicators:
        files[f"indicators/{draft.form_code}.yaml"] = "\n".join(_write_indicators(draft)) + "\n"
    if draft.typed:
        files[MANUAL] = "\n".join(_write_manual(draft)) + "\n"
    return files | {QUESTIONS: "\n".join(_write_questions(draft)) + "\n"}


def _write_form(draft: Draft) -> Iterator[str]:
    yield f"# Bản thảo từ mẫu trắng ({draft.seen}). Số thứ tự, nhãn, đơn vị tính giữ đúng từng chữ; sau mỗi indicator"
    yield "# là mức chắc chắn và lý do. Còn phải quyết gì: questions.yaml."
    for key, value in draft.form.items():
        if key not in {"rows", "matrix"}:
            yield from _entry(key, value, "")
    if "matrix" in draft.form:
        yield from _write_matrix(draft.form["matrix"], draft)
        return
    yield "rows:"
    for row in draft.form["rows"]:
        lines = [line for key, value in row.items() for line in _row_entry(key, value)]
        key = row.get("key") or row["number"].rstrip(".")
        proposal = draft.reasons.get(key)
        lines = [_with_reason(line, row, proposal, draft) for line in lines]
        yield f"  - {lines[0].lstrip()}"
        yield from lines[1:]


def _write_matrix(matrix: Mapping[str, Any], draft: Draft) -> Iterator[str]:
    yield "matrix:"
    for name, value in matrix.items():
        if not isinstance(value, list):
            yield f"  {name}: {_scalar(value)}"
            continue
        yield f"  {name}:"
        for one in value:
            proposal = draft.reasons.get(one.get("number", ""))
            reason = f"  # {proposal.sureness}: {proposal.why}" if proposal is not None and proposal.why else ""
            yield f"    - {_flow(one)}{reason}"


def _row_entry(key: str, value: Any) -> Iterator[str]:
    if key == "crosswalk":
        pairs = ", ".join(f"{name}: {_scalar(text)}" for name, text in value.items())
        yield f"    crosswalk: {{{pairs}}}"
    else:
        yield from _entry(key, value, "    ")


def _with_reason(line: str, row: Mapping[str, Any], proposal: RowProposal | None, draft: Draft) -> str:
    if not line.startswith("    indicator: "):
        return line
    if proposal is not None:
        return f"{line}  # {proposal.sureness}: {proposal.why or 'theo đơn vị tính và vị trí'}"
    kind = "chia từ hai dòng" if "ratio" in draft.indicators[row["indicator"]] else "nhập tay"
    return f"{line}  # chỉ tiêu mới, {kind}"


def _write_indicators(draft: Draft) -> Iterator[str]:
    yield f"# Chỉ tiêu mới của {draft.form_code}: nhập tay (typed) đến khi có hệ thống đếm được (docs/indicators.md)."
    groups = (("measures", draft.measures), ("indicators", draft.indicators), ("balances", draft.balances))
    for name, entries in groups:
        if entries:
            yield f"{name}:"
        for code, entry in entries.items():
            yield f"  {code}:"
            for key, value in entry.items():
                yield from _entry(key, value, "    ")


def _write_manual(draft: Draft) -> Iterator[str]:
    """What is typed in each period, to be filled in: an empty value is refused, never taken for 0."""
    yield "# Số nhập tay của mẫu này: chép vào manual/<đơn vị>/<kỳ>.yaml của thư mục cấu hình (tệp đã có thì chép phần"
    yield "# dưới figures), rồi điền. Ngày ghi như 12/12/2025."
    yield "figures:"
    for code, says in draft.typed.items():
        yield f"  {code}:  # {says}"
        yield from ("    value:", "    given_by:", "    given_on:", "    evidence:")


def _write_questions(draft: Draft) -> Iterator[str]:
    yield "# Trả lời câu nào thì sửa tệp trong forms/ hoặc indicators/ nếu cần, rồi ghi done: true ở câu đó."
    yield f"form: {draft.form_code}"
    yield "questions:" if draft.questions else "questions: []"
    for question in draft.questions:
        first, *rest = _question(question)
        yield f"  - {first}"
        yield from (f"    {line}" for line in rest)


def _question(question: Question) -> Iterator[str]:
    yield f"row: {_scalar(question.row)}"
    yield f"topic: {question.topic}"
    for key, text in (("asks", question.asks), ("taken", question.taken), ("why", question.why)):
        yield from _entry(key, text, "")
    yield f"sure: {question.sureness}"
    if question.others:
        yield f"others: {_flow(question.others)}"
    yield "done: false"


def _entry(key: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, str) and len(key) + len(value) > _WIDTH and "\n" not in value and "  " not in value:
        yield f"{indent}{key}: >-"
        yield from textwrap.wrap(
            value, _WIDTH, initial_indent=f"{indent}  ", subsequent_indent=f"{indent}  ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    elif isinstance(value, Mapping) and key == "columns":
        yield f"{indent}{key}:"
        for name, inner in value.items():
            yield from _entry(name, inner, f"{indent}  ")
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        yield f"{indent}{key}:"
        for one in value:
            lines = [line for name, inner in one.items() for line in _entry(name, inner, f"{indent}    ")]
            yield f"{indent}  - {lines[0].lstrip()}"
            yield from lines[1:]
    elif isinstance(value, list) and key == "title":
        yield f"{indent}{key}:"
        yield from (f"{indent}  - {_scalar(one)}" for one in value)
    else:
        yield f"{indent}{key}: {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """Text plain where YAML takes it for nothing else, else in double quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | date):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML:
        return text
    return json.dumps(text, ensure_ascii=False)
