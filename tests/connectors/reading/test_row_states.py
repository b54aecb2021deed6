"""What an undeclared field of a table or list may say of its rows."""

import pytest

from connectors.reading.row_states import name_states, name_unseen, say_states


@pytest.mark.parametrize("name", ["trangThai", "TRANGTHAI", "Tình trạng", "status", "trang_thai_van_ban", "statusCode"])
def test_a_state_of_several_values_is_named_where_no_state_is_read(name: str) -> None:
    assert list(name_states([name], ["id", "ngayVanBan"], lambda _: ["BAN_HANH", "HUY"])) == [f"{name}=*"]
    assert list(name_states([name], ["id", "ngayVanBan"], lambda _: ["BAN_HANH", "BAN_HANH"])) == []
    assert list(name_states([name], ["dossierStatus"], lambda _: ["BAN_HANH", "HUY"])) == []


@pytest.mark.parametrize("name", ["Đã xóa", "Ngày thu hồi", "Bị hủy", "is_deleted", "deletedBy"])
def test_a_mark_is_named_by_what_it_marks(name: str) -> None:
    assert list(name_states([name], ["status"], lambda _: ["", "x"])) == [f"{name}=true"]
    assert list(name_states([name], ["status"], lambda _: ["", None, 0, "Không"])) == []
    assert list(name_unseen([name])) == [f"{name}=?"]


@pytest.mark.parametrize("name", ["ghiChu", "ngayTra", "trangThaiThanhToan", "status_history", "huyen", "Huyện"])
def test_other_fields_are_no_states(name: str) -> None:
    assert list(name_states([name], ["id"], lambda _: ["a", "b"])) == []


def test_each_kind_has_its_own_sentence_and_a_new_field_none() -> None:
    said = list(say_states(["a=true", "b=*", "c=?", "d"]))
    assert [text.rsplit(" vào ignored", 1)[0].rsplit("ghi ", 1)[1] for text in said] == ["a", "b", "c"]
    assert len(set(said)) == 3
