"""Sentences that tell people to type a command, as people read them who have no terminal."""

import pytest

from baocao.desk_words import say_at_desk, say_without_options
from baocao.hints import hint


@pytest.mark.parametrize(
    ("said", "at_desk"),
    [
        (
            f"Chưa lập báo cáo này. Chạy: {hint('run', '2025-Q4', unit='dac-khu')}.",
            "Chưa lập báo cáo này. Chạy: “Lập lại” trên trang biểu mẫu.",
        ),
        (
            f"qua bản điều chỉnh ({hint('rerun', '2025-Q4', unit='xa', accept=True, reason='lý do')}); hoặc",
            "qua bản điều chỉnh (“Lập lại” trên trang biểu mẫu); hoặc",
        ),
        (f"`{hint('doctor')}` cho biết gói nào sai", "nhờ quản trị hệ thống (CNTT) cho biết gói nào sai"),
        (f"Nộp: {hint('hand-in', 'BIEU.docx', unit='xa')}.", "Nộp: “Nộp tệp” trên trang biểu mẫu."),
        (f"xem: {hint('incidents list', all=True)}", "xem: “Hỏi và báo”"),
        (f"lại: {hint('sign-in', 'TÊN')}; hoặc CNTT ghi", "lại: đăng nhập lại; hoặc CNTT ghi"),
        (f"{hint('release approve', '2025-Q4', unit='xa')} trước", "“Trình, duyệt” trên trang biểu mẫu trước"),
        (f"kết quả {hint('verify')}, rồi khôi phục", "kết quả “Sổ phát hành”, rồi khôi phục"),
        ("Báo cáo của baocao không đổi.", "Báo cáo của baocao không đổi."),
    ],
)
def test_a_command_is_named_by_the_page_where_it_is_done(said: str, at_desk: str) -> None:
    assert say_at_desk(said) == at_desk


@pytest.mark.parametrize(
    ("said", "on_a_page"),
    [
        ("còn thiếu 2 đơn vị; thêm --missing partial", "còn thiếu 2 đơn vị; chọn “Tổng hợp cả khi còn thiếu đơn vị”"),
        ("có 2 biểu mẫu; chỉ rõ bằng --sheet (ví dụ --sheet 2)", "có 2 biểu mẫu"),
        ("trình lại bằng --accept --reason “lý do”", "trình lại kèm lý do"),
        ("thêm lý do: --reason “…”", "thêm lý do"),
    ],
)
def test_an_option_is_a_field_or_a_button_of_the_page_for_everybody(said: str, on_a_page: str) -> None:
    assert say_without_options(said) == on_a_page
    assert say_at_desk(said) == on_a_page


@pytest.mark.parametrize(
    ("said", "at_desk"),
    [
        ("Đơn vị chưa có trong units.yaml nên", "Đơn vị chưa có trong danh sách đơn vị nên"),
        ("lệch trong dung sai unknown.tolerance_pct của checks.yaml.", "lệch trong dung sai của cấu hình kiểm tra."),
        ("giới hạn của đơn vị tính (least, most trong measures.yaml).", "giới hạn của đơn vị tính."),
        ("Xem alerts.yaml.", "Xem cấu hình."),
        ("tệp config/manual/xa/2025-Q4.yaml (mã a_count)", "số nhập tay trên trang biểu mẫu"),
    ],
)
def test_a_file_of_the_configuration_is_named_by_what_it_holds(said: str, at_desk: str) -> None:
    assert say_at_desk(said) == at_desk
