"""Checks of the shape of collected records: columns, keys, codes, levels."""

from collections.abc import Iterator

from baocao.records import COLUMNS, UNKNOWN, VALUES
from baocao.vocabulary import FIELDS, RECORDS
from expectations.engine.trial import Verdict
from expectations.records import cards
from expectations.records.frame import RecordFrame
from expectations.records.rules import RecordRule, evidence, tell_rows, tell_values
from expectations.rule import CheckFinding, Demand

PROCEDURE_CODE = r"^\d\.\d{6}$"
_LEVELS = ("information", "partial", "full")
_ALLOWED_LEVELS = [(offered, eligible) for eligible in _LEVELS for offered in _LEVELS[: _LEVELS.index(eligible) + 1]]


def presence_rules(found: RecordFrame) -> Iterator[RecordRule]:
    """Whether there is anything to judge: the columns, and one record."""
    columns = {"column_set": list(COLUMNS[found.kind]), "exact_match": False}
    yield RecordRule(
        card=cards.COLUMNS_PRESENT,
        found=found,
        demand=Demand("ExpectTableColumnsToMatchSet", columns),
        tell=_tell_columns,
        columns=(),
        frame=found.records,
    )
    yield RecordRule(
        card=cards.NOT_EMPTY,
        found=found,
        demand=Demand("ExpectTableRowCountToBeBetween", {"min_value": 1}),
        tell=_tell_empty,
        columns=(),
        frame=found.records,
    )


def _tell_columns(rule: RecordRule, _: Verdict) -> CheckFinding:
    names = rule.found.missing_columns
    said = ", ".join(FIELDS[name] for name in names)
    return CheckFinding(
        observed=f"thiếu {said}",
        expected="đủ cột",
        message_vi=f"Bản ghi {rule.records_vi} thiếu cột: {said}; các số liệu đếm theo cột đó không tin được.",
        message_en=f"{rule.sentence_en}: columns missing: {', '.join(names)}.",
        mend_vi="Báo bộ phận kỹ thuật: phần kết nối phải trả về đủ các cột.",
        evidence=evidence(rule, missing=list(names)),
    )


def _tell_empty(rule: RecordRule, _: Verdict) -> CheckFinding:
    return CheckFinding(
        observed="0",
        expected="ít nhất 1",
        message_vi=f"Hệ thống nguồn không trả về {RECORDS[rule.found.kind]} nào; mọi số đếm từ đó sẽ bằng 0.",
        message_en=f"{rule.sentence_en}: the source gave no record at all.",
        mend_vi="Hỏi người phụ trách hệ thống: thật sự không có, hay tài khoản không được xem đơn vị này.",
        evidence=evidence(rule),
    )


def key_rules(found: RecordFrame) -> Iterator[RecordRule]:
    given, unique = Demand("ExpectColumnValuesToNotBeNull"), Demand("ExpectColumnValuesToBeUnique")
    key = (found.key,)
    yield RecordRule(card=cards.KEY_GIVEN, found=found, demand=given, tell=tell_rows("không có mã"), fields=key)
    twice = tell_rows("trùng mã với bản ghi khác nên bị đếm nhiều lần")
    yield RecordRule(card=cards.KEY_UNIQUE, found=found, demand=unique, tell=twice, fields=key)


def code_rules(found: RecordFrame) -> Iterator[RecordRule]:
    """Coded columns hold values of the list, or UNKNOWN."""
    for name in found.coded:
        known = Demand("ExpectColumnValuesToBeInSet", {"value_set": [*VALUES[name], UNKNOWN]})
        yield RecordRule(card=cards.CODES_KNOWN, found=found, demand=known, tell=tell_values, fields=(name,))


def needed_rules(found: RecordFrame) -> Iterator[RecordRule]:
    """Coded columns that counts pick by hold a value, where it matters; other forms count other records."""
    for name in found.needed_codes:
        given = Demand("ExpectColumnValuesToNotBeNull")
        tell = tell_rows(f"để trống {FIELDS[name]} nên không được tính đúng")
        needed = found.texts.loc[found.matters(name), [found.key, name]]
        yield RecordRule(card=cards.CODES_GIVEN, found=found, demand=given, tell=tell, fields=(name,), frame=needed)


def procedure_rules(found: RecordFrame) -> Iterator[RecordRule]:
    """For kinds that name procedures: the national form of the code, the level offered within the level eligible."""
    if "procedure_code" in COLUMNS[found.kind]:
        pattern = Demand("ExpectColumnValuesToMatchRegex", {"regex": PROCEDURE_CODE})
        tell = tell_rows("có mã thủ tục không đúng dạng quốc gia (ví dụ 1.003560)")
        yield RecordRule(card=cards.PROCEDURE_CODE, found=found, demand=pattern, tell=tell, fields=("procedure_code",))
    if "eligible_level" in COLUMNS[found.kind]:
        pairs = {"value_pairs_set": _ALLOWED_LEVELS, "ignore_row_if": "either_value_is_missing"}
        yield RecordRule(
            card=cards.LEVEL_ELIGIBLE,
            found=found,
            demand=Demand("ExpectColumnPairValuesToBeInSet", pairs),
            tell=tell_rows("được cung cấp ở mức cao hơn mức đủ điều kiện"),
            fields=("service_level", "eligible_level"),
        )
