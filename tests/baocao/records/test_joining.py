"""Frames joined: every record once, as it was last read, ordered by key; whatever its keys and codes look like."""

from typing import Any

import pandas as pd
import pytest

from baocao.records import COLUMNS, build_frame, join_frames
from baocao.records.code_array import CodeArray
from tests.baocao.table import DEFAULTS


def dossiers(*rows: dict[str, Any]) -> pd.DataFrame:
    whole = [{**DEFAULTS["dossiers"], **row} for row in rows]
    return build_frame("dossiers", {name: [row.get(name) for row in whole] for name in COLUMNS["dossiers"]})


def test_a_record_read_twice_is_kept_as_it_was_last_read() -> None:
    first = dossiers({"dossier_code": "b", "status": "processing"}, {"dossier_code": "a", "status": "done"})
    again = dossiers({"dossier_code": "b", "status": "returned"})
    joined = join_frames("dossiers", iter([first, again]))
    assert list(joined["dossier_code"]) == ["a", "b"]
    assert list(joined["status"]) == ["done", "returned"]


def test_keys_may_grow_longer_and_be_vietnamese() -> None:
    codes = ["1", "H98-2", "Hồ sơ số 3", "000.00.51.H98-251001-0001"]
    joined = join_frames("dossiers", [dossiers({"dossier_code": code}) for code in codes])
    assert list(joined["dossier_code"]) == sorted(codes)


def test_every_column_comes_back_as_it_was_and_empty_stays_empty() -> None:
    at = pd.Timestamp("2025-10-01T08:30:00.123456", tz="UTC")
    rows = [
        {"dossier_code": "a", "procedure_code": "2.000001", "received_at": at, "finished_at": None, "channel": None},
        {"dossier_code": "b", "procedure_code": None, "received_at": None, "channel": "online"},
        {"dossier_code": "c", "procedure_code": "1.000001", "received_at": at, "channel": "postal"},
    ]
    whole = dossiers(*rows)
    joined = join_frames("dossiers", [dossiers(row) for row in rows])
    pd.testing.assert_frame_equal(joined, whole)
    assert joined["received_at"].isna().tolist() == [False, True, False]
    assert joined["channel"].isna().tolist() == [True, False, False]


@pytest.mark.parametrize("late", ["2025-10-02T00:00:00.5", "2100-01-01", "0900-01-01"])
def test_instants_in_whole_seconds_stay_the_same_when_another_kind_follows(late: str) -> None:
    given = ["2025-10-01T08:30:00", None, "1969-12-31T23:59:59", late, None]
    rows = [{"dossier_code": f"{n}", "received_at": pd.Timestamp(at, tz="UTC")} for n, at in enumerate(given)]
    joined = join_frames("dossiers", [dossiers(*rows[:3]), dossiers(*rows[3:])])
    pd.testing.assert_frame_equal(joined, dossiers(*rows))


def test_there_may_be_very_many_different_words_in_a_coded_column() -> None:
    size = 70_000
    many = dossiers({}).iloc[[0] * (size // 2)].reset_index(drop=True)
    frames = []
    for start in (0, size // 2):
        names = [f"{n:05d}" for n in range(start, start + size // 2)]
        frames.append(many.assign(dossier_code=CodeArray._from_sequence(names), procedure_code=pd.Categorical(names)))
    joined = join_frames("dossiers", frames)
    assert joined["procedure_code"].astype(object).tolist() == list(joined["dossier_code"])
    assert len(joined) == size


def test_records_read_many_times_over_are_each_there_once_as_last_read() -> None:
    def read(status: str, codes: range) -> pd.DataFrame:
        frame = dossiers({"status": status}).iloc[[0] * len(codes)].reset_index(drop=True)
        return frame.assign(dossier_code=CodeArray._from_sequence([f"{code:06d}" for code in codes]))

    joined = join_frames("dossiers", [read("processing", range(40_000)), read("done", range(39_999, 9_999, -1))])
    assert list(joined["dossier_code"]) == [f"{code:06d}" for code in range(40_000)]
    assert list(joined["status"]) == ["processing"] * 10_000 + ["done"] * 30_000


def test_no_frame_at_all_gives_an_empty_one_of_the_same_shape() -> None:
    joined = join_frames("dossiers", [])
    assert list(joined.columns) == list(COLUMNS["dossiers"])
    assert len(joined) == 0


def test_many_more_records_than_a_piece_holds_are_all_there() -> None:
    size = 40_000
    frames = (
        build_frame("documents", {
            "document_key": [f"{n:06d}" for n in range(start, start + 10_000)],
            "direction": ["outgoing"] * 10_000,
            "issued_on": pd.Series(pd.Timestamp("2025-10-01"), index=range(10_000)),
            "form_of_sending": ["electronic"] * 10_000,
            "is_signed": [True, False, None, True] * 2_500,
            "confidentiality": ["normal"] * 10_000,
        })
        for start in (30_000, 0, 20_000, 10_000)
    )  # fmt: skip
    joined = join_frames("documents", frames)
    assert list(joined["document_key"]) == [f"{n:06d}" for n in range(size)]
    assert joined["is_signed"].isna().sum() == size / 4
    assert joined["is_signed"].sum() == size / 2


def test_a_column_of_codes_does_what_a_column_of_texts_does() -> None:
    codes = pd.Series(CodeArray._from_sequence(["b", None, "a", "b"]))
    assert list(codes.dropna()) == ["b", "a", "b"]
    assert codes.isna().tolist() == [False, True, False, False]
    assert codes.isin({"b"}).tolist() == [True, False, False, True]
    assert (codes == "a").tolist() == [False, False, True, False]
    assert codes.duplicated(keep=False).tolist() == [True, False, False, True]
    assert codes.nunique() == 2
    assert list(codes.dropna().sort_values()) == ["a", "b", "b"]
    codes[0] = "a longer one"
    assert codes[0] == "a longer one"
    with pytest.raises(ValueError, match="below -1"):
        codes.array.take([-2], allow_fill=True)


def test_equal_codes_hash_alike_whatever_the_width_of_their_column() -> None:
    short = pd.Series(CodeArray._from_sequence(["a", "H98.51-1", None]))
    wide = pd.Series(CodeArray._from_sequence(["a", "H98.51-1", None, "H98.51-250000001 of a longer kind"]))
    hashed, same = (pd.util.hash_pandas_object(codes, index=False).tolist() for codes in (short, wide))
    assert hashed == same[:3]
    assert len(set(same)) == 4


def test_codes_are_found_among_others_by_their_whole_text() -> None:
    codes = pd.Series(["H1-1", "H1-12", None, "Đ-3"], dtype="code")
    assert codes.isin(["H1-12", "Đ-3", "", "H1-123456789012345"]).tolist() == [False, True, False, True]
    assert codes.isin([]).tolist() == [False] * 4
