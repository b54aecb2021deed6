"""Sentences that tell people to type a command, as people read them who have no terminal."""

import pytest

from baocao.desk_words import say_at_desk
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
