"""Records joined compactly beside plain pandas; a page decoded by msgspec beside orjson and pydantic."""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

SIZES = (10_000, 320_000)
BLOCK = 5_000
ROUNDS = 9
BEGUN = datetime(2025, 9, 15, tzinfo=UTC)
Joined = Callable[[str, Iterable[pd.DataFrame]], Any]


def compare_records() -> None:
    """Peak memory above that of the imports, and processor time, of a listing of dossiers read to its end."""
    for size in SIZES:
        for way in ("ours", "columns", "plain"):
            context = multiprocessing.get_context("spawn")
            answers = context.Queue()
            process = context.Process(target=_join, args=(way, size, answers))
            process.start()
            cpu_s, peak_mb, rows = answers.get()
            process.join()
            print(f"  {size:>7} dossiers {way:<8} {cpu_s:6.2f} cpu s  {peak_mb:6.1f} MB  {rows} rows")


def _join(way: str, size: int, answers: Any) -> None:
    from baocao.records.joining import join_compactly

    joined: Mapping[str, Joined] = {"ours": join_compactly, "columns": _join_columns, "plain": _join_plainly}
    next(_read_blocks(BLOCK, is_plain=way == "plain"))
    before_mb, begun_s = _peak_mb(), time.process_time()
    rows = joined[way]("dossiers", _read_blocks(size, is_plain=way == "plain"))
    answers.put((time.process_time() - begun_s, _peak_mb() - before_mb, len(rows)))


def _read_blocks(size: int, *, is_plain: bool) -> Iterator[pd.DataFrame]:
    from baocao.records import build_frame

    for start in range(0, size, BLOCK):
        numbers = range(start, min(start + BLOCK, size))
        at = [BEGUN + timedelta(seconds=37 * number) for number in numbers]
        frame = build_frame("dossiers", {
            "dossier_code": [f"000.00.51.H98-251001-{number:06d}" for number in numbers],
            "procedure_code": [f"1.{number % 150:06d}" for number in numbers],
            "service_level": ["full" if number % 3 else "partial" for number in numbers],
            "channel": ["online" if number % 2 else "in_person" for number in numbers],
            "status": ["done"] * len(numbers),
            "submitted_at": at,
            "received_at": at,
            "finished_at": at,
        })  # fmt: skip
        yield frame.astype({"dossier_code": "str"}) if is_plain else frame


def _join_plainly(_: str, frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """As a newcomer would write it."""
    whole = pd.concat(list(frames), ignore_index=True).astype({"procedure_code": "category"})
    return whole.drop_duplicates("dossier_code", keep="last").sort_values("dossier_code", ignore_index=True)


def _join_columns(_: str, frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The same arrays as ours, kept in pieces and put together by pandas, column by column."""
    pieces: dict[str, list[Any]] = {}
    for frame in frames:
        for name in frame:
            pieces.setdefault(str(name), []).append(frame[name].array)
    names = list(pieces)
    return pd.DataFrame({name: _put_together(pieces.pop(name)) for name in names}, copy=False)


def _put_together(arrays: list[Any]) -> Any:
    if isinstance(arrays[0], pd.Categorical):
        return pd.api.types.union_categoricals(arrays)
    return type(arrays[0])._concat_same_type(arrays)  # noqa: SLF001 - how pandas joins such arrays


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def compare_decoding() -> None:
    """One page of the training server's dossiers, cut down to what is kept, and read again from its payload."""
    from pydantic import TypeAdapter

    from connectors.dialects.one_stop_igate import FIELDS
    from connectors.reading.quick_pages import PageDecoder, RowDecoder

    page = _make_page(FIELDS.known)
    quick = PageDecoder(FIELDS, "content", {"totalElements": int, "last": bool})
    adapter = TypeAdapter(dict[str, list[dict[str, Any]] | int | bool])
    kept = quick(page).minimised()
    read = RowDecoder(FIELDS.kept)

    def cut(decode: Callable[[bytes], Any]) -> bytes:
        return orjson.dumps(FIELDS.minimise(decode(page)["content"]), option=orjson.OPT_SORT_KEYS)

    tell_turns({
        "cut by msgspec": lambda: quick(page).minimised(),
        "cut by orjson": lambda: cut(orjson.loads),
        "cut by pydantic": lambda: cut(adapter.validate_json),
        "read by msgspec": lambda: [row.procedure.code for row in read(kept)[0]],
        "read by orjson": lambda: [row["procedure"]["code"] for row in orjson.loads(kept)["rows"]],
    })  # fmt: skip


def _make_page(known: Iterable[str]) -> bytes:
    """500 rows with every field the interface names; those not kept hold a small record."""
    from connectors.dialects.one_stop_igate import FIELDS

    dropped = {"id": "5f2a0c0de1", "name": [{"languageId": 228, "name": "UBND đặc khu Sao Mẫu"}]}
    row = {
        **dict.fromkeys(FIELDS.kept, "2025-10-01T08:30:00.000+0000"),
        **dict.fromkeys(known, dropped),
        "code": "000.00.51.H98-251001-000001",
        "procedure": {"id": "1", "code": "1.000001", "name": "Đăng ký khai sinh"},
        **{name: {"id": "4", "name": "Toàn trình"} for name in ("procedureLevel", "applyMethod", "dossierStatus")},
    }
    return orjson.dumps({"content": [row] * 500, "totalElements": 500, "last": True})


def tell_turns(ways: Mapping[str, Callable[[], Any]]) -> None:
    """Let the ways take turns, ten times each, and print what one time takes."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, do in ways.items():
            begun_s = time.process_time()
            for _ in range(10):
                do()
            spent[name].append((time.process_time() - begun_s) * 100)
    for name, each in spent.items():
        print(f"  {name:<18} {statistics.median(each):7.2f} cpu ms")
