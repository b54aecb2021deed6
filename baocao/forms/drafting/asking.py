"""The questions a draft leaves: what was taken, why, how sure, and what else it could be."""

import re
from collections.abc import Iterator, Mapping, Sequence

from baocao.catalogue import Form
from baocao.domain import Tier
from baocao.forms.drafting.blank import BlankForm
from baocao.forms.drafting.front import Front
from baocao.forms.drafting.misprints import FoundMisprint
from baocao.forms.drafting.model import Question, QuestionTopic, RowProposal, Sureness
from baocao.forms.drafting.rows import DraftRow, Quotient, Total
from baocao.forms.drafting.succession import Counterpart
from baocao.forms.drafting.units import CODE, MeasureWords
from baocao.forms.recognise.heads import ColumnRole

_NAMES_A_TIER = re.compile(
    r"\b(?:(?<!trụ )(?<!cơ )sở|ban, ngành|cấp tỉnh|cấp huyện|cấp xã|đơn vị cấp|địa phương)\b", re.IGNORECASE
)
_NAMED_AT_MOST = 6


def names_a_tier(label: str) -> bool:
    return _NAMES_A_TIER.search(label) is not None


def ask_about_form(
    form: Mapping[str, object], front: Front, blank: BlankForm, before: Form | None
) -> Iterator[Question]:
    yield Question(
        "", QuestionTopic.FORM, "Mẫu có hiệu lực từ ngày nào? (valid_from)", str(form["valid_from"]),
        "tệp trắng không ghi; tạm lấy đầu năm nay", Sureness.UNSURE,
    )  # fmt: skip
    if before is not None:
        yield Question(
            "", QuestionTopic.FORM, f"Mẫu này có cùng loạt với {before.appendix} ({before.form_code}) không? (series)",
            str(form["series"]), "phần lớn chỉ tiêu trùng nhãn", Sureness.LIKELY, ("bỏ khóa series: loạt mẫu mới",),
        )  # fmt: skip
    if before is not None and before.in_force_on(form["valid_from"]):  # type: ignore[arg-type]
        yield Question(
            "", QuestionTopic.FORM, f"Mẫu cũ hết hiệu lực ngày nào? Ghi valid_to vào forms/{before.form_code}.yaml.",
            "chưa ghi", "hai mẫu của một loạt không cùng có hiệu lực trong một ngày", Sureness.SURE,
        )  # fmt: skip
    for key, value, what in (
        ("appendix", front.appendix, "Số, tên biểu (như “Biểu mẫu 7”)"),
        ("title", front.title, "Tên biểu"),
        ("attached_to", front.attached_to, "Dòng “Kèm theo Báo cáo số …”"),
    ):
        if not value:
            says = f"{what} không thấy trong tệp; ghi vào {key}."
            yield Question("", QuestionTopic.FORM, says, str(form[key]), "không thấy dòng nào như vậy", Sureness.UNSURE)
    if blank.columns.index(ColumnRole.UNIT) is None:
        says = "Mẫu không có cột đơn vị tính; bản in ra sẽ có cột này. Có được không?"
        why = "đơn vị tính ghi một lần trên bảng" if front.unit_of_all else "không thấy đơn vị tính ở đâu"
        yield Question("", QuestionTopic.COLUMNS, says, "thêm cột", why, Sureness.UNSURE)
    for head in blank.other_heads:
        says = f"Cột “{head}” không có chỗ trong mẫu dạng danh sách; bỏ cột này có được không?"
        yield Question("", QuestionTopic.COLUMNS, says, "bỏ", "mỗi dòng chỉ có một số liệu và ghi chú", Sureness.UNSURE)
    filled = [row.number for row in blank.rows if row.figure]
    if filled:
        says = f"Tệp đã điền {len(filled)} số liệu; không lấy số nào. Đây có đúng là mẫu trắng của nơi ban hành?"
        yield Question("", QuestionTopic.FORM, says, "không lấy số liệu", f"dòng {filled[0]} có số", Sureness.LIKELY)


def ask_about_row(row: DraftRow, words: MeasureWords, declared: Mapping[str, object] | None) -> Iterator[Question]:
    """`declared` is what the draft says of a unit nobody had declared."""
    if not row.printed.number and not row.heading:
        says = f"Dòng này không có số thứ tự; gọi ô là {row.key} có được không?"
        yield Question(row.key, QuestionTopic.NUMBER, says, row.key, "đếm theo thứ tự dưới dòng trên", Sureness.LIKELY)
    if row.heading:
        if not row.children:
            says = "Dòng này là đề mục hay phải có số liệu?"
            yield Question(
                row.key,
                QuestionTopic.HEADING,
                says,
                "đề mục",
                "không có đơn vị tính, không có dòng con",
                Sureness.UNSURE,
            )
        return
    if not row.unit:
        why = "ô đơn vị tính trống; theo nhãn" if row.by_label else "ô đơn vị tính trống"
        says = "Đơn vị tính là gì?"
        taken = words.unit_of(row.by_label) if row.by_label else "để trống"
        yield Question(row.key, QuestionTopic.UNIT, says, taken, why, Sureness.UNSURE)
    elif row.measure is None and declared is not None:
        kind = "số thập phân, 2 chữ số sau dấu phẩy" if "places" in declared else "số nguyên"
        says = f"Đơn vị tính “{row.unit}” chưa có, tạm khai báo {row.measure_name} là {kind}; đúng không?"
        why = "không trùng đơn vị nào đã biết"
        others = tuple(words.nearest(row.unit))
        yield Question(row.key, QuestionTopic.UNIT, says, row.measure_name, why, Sureness.UNSURE, others)
    elif row.by_unit == CODE and sorted(row.codes) != list(range(len(row.codes))):
        says = f"Bảng mã có các số {sorted(row.codes)}; có thiếu mã nào không?"
        yield Question(
            row.key, QuestionTopic.UNIT, says, row.unit.replace("\n", ", "), "các mã không liền nhau", Sureness.LIKELY
        )


def ask_about_figure(row: DraftRow, proposal: RowProposal | None, stub: str) -> Iterator[Question]:
    if proposal is None:
        says = f"“{row.label}”: số này lấy từ đâu?"
        why = "không chỉ tiêu đã biết nào khớp; tạm để nhập tay"
        yield Question(row.key, QuestionTopic.INDICATOR, says, stub, why, Sureness.UNSURE)
    elif proposal.sureness is not Sureness.SURE:
        says = f"“{row.label}”: có đúng là chỉ tiêu này không?"
        why, topic = proposal.why or "chỉ theo đơn vị tính và vị trí", QuestionTopic.INDICATOR
        yield Question(row.key, topic, says, proposal.indicator, why, proposal.sureness, proposal.others)


def ask_about_ratio(row: DraftRow, quotient: Quotient | None, rows: Sequence[DraftRow]) -> Question:
    """Of a percentage no known indicator fits."""
    if quotient is None:
        says = f"“{row.label}” chia số nào cho số nào? Mẫu không in tử số, mẫu số; tạm để nhập tay."
        why = "không có công thức, không có dòng con"
        return Question(row.key, QuestionTopic.RATIO, says, "nhập tay", why, Sureness.UNSURE)
    top, bottom = rows[quotient.numerator], rows[quotient.denominator]
    says = f"“{row.label}” có đúng là ô {top.key} ÷ ô {bottom.key} × 100 không?"
    sure = Sureness.SURE if quotient.is_told else Sureness.LIKELY
    return Question(row.key, QuestionTopic.RATIO, says, f"{top.key} ÷ {bottom.key}", quotient.why, sure)


def ask_about_total(row: DraftRow, total: Total, rows: Sequence[DraftRow]) -> Iterator[Question]:
    """A single part does not add up to anything."""
    keys = [rows[part].key for part in total.parts]
    if total.adds_up:
        says, taken = f"Ô {row.key} có đúng bằng {' + '.join(keys)} không?", f"{row.key} = {' + '.join(keys)}"
        yield Question(row.key, QuestionTopic.PARTS, says, taken, total.why, Sureness.LIKELY)
    elif len(keys) > 1:
        says = f"Các ô {', '.join(keys)} nằm trong ô {row.key}; chúng có cộng lại bằng ô {row.key} không?"
        taken = "mỗi ô không vượt quá, không cần cộng lại bằng"
        yield Question(row.key, QuestionTopic.PARTS, says, taken, total.why, Sureness.LIKELY)


def ask_about_tiers(row: DraftRow, tiers: Sequence[Tier], why: str) -> Question:
    taken = "mọi cấp" if set(tiers) == set(Tier) else ", ".join(tiers)
    return Question(row.key, QuestionTopic.TIERS, "Những cấp nào phải điền dòng này?", taken, why, Sureness.LIKELY)


def ask_about_crossing(row: DraftRow, crossing: Counterpart, before: Form) -> Question:
    says = f"Dòng này có nối tiếp dòng {crossing.row.key} của {before.appendix} không?"
    taken = crossing.row.key if crossing.is_same else "không"
    sure = Sureness.LIKELY if crossing.is_same else Sureness.UNSURE
    return Question(row.key, QuestionTopic.CROSSWALK, says, taken, crossing.why, sure)


def ask_about_misprint(row: DraftRow, found: FoundMisprint) -> Question:
    says = f"Có phải mẫu in sai: “{found.entry['printed']}”, hiểu là “{found.entry['meant']}”?"
    return Question(row.key, QuestionTopic.MISPRINTS, says, "in sai, đã ghi vào misprints", found.why, Sureness.LIKELY)


def ask_about_owner(stubs: Sequence[str], owner: str, owners: Mapping[str, str]) -> Question:
    named = ", ".join(stubs[:_NAMED_AT_MOST]) + (" …" if len(stubs) > _NAMED_AT_MOST else "")
    says = f"Ai chịu trách nhiệm về {len(stubs)} chỉ tiêu mới ({named})?"
    return Question(
        "", QuestionTopic.INDICATOR, says, owner, "người lập biểu, đứng đầu owners", Sureness.UNSURE, tuple(owners)
    )
