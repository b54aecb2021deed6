"""What people typed in, said, handed in and did, held by the entries of the release log and looked at by `verify`."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from baocao.hints import hint
from baocao.store import FormKey, LogEntry, PersonFault, RootDifference, Store
from reporting.release.roots import GIVEN, MEND, say_difference

JOURNAL: Final = "journal"
ACCOUNTS = {
    "removed": "có trong nhật ký việc làm mà không còn trong cơ sở dữ liệu",
    "unknown": "có trong cơ sở dữ liệu mà không ai thêm theo nhật ký việc làm",
    "name": "tên khác với nhật ký việc làm",
    "grants": "vai trò khác với lần giao gần nhất trong nhật ký việc làm",
    "subject": "tài khoản đăng nhập của tỉnh khác với nhật ký việc làm",
    "locked": "trạng thái khóa khác với nhật ký việc làm",
}


def hold_given(store: Store, form_key: FormKey, *, is_vouching: bool) -> dict[str, Any]:
    """What the next entry of the log says of it: the journal since the last one, and what was given for the form."""
    last = store.releases.find_last()
    through = last.content.get(JOURNAL, {}).get("through", 0) if last else 0
    given = {GIVEN: store.given.keep(form_key)} if is_vouching else {}
    return {JOURNAL: store.given.keep_journal(through), **given}


def list_given_hashes(entries: Iterable[LogEntry]) -> set[str]:
    """The inventories the entries name."""
    entries = tuple(entries)
    segments = {root for entry in entries if (root := entry.content.get(JOURNAL, {}).get("root"))}
    return segments | {entry.content[GIVEN] for entry in entries if GIVEN in entry.content}


def list_given_faults(store: Store, entries: Iterable[LogEntry]) -> Iterator[tuple[str, RootDifference, str]]:
    """Where, how and in words; each thing once, however many entries hold it."""
    told: set[tuple[FormKey | None, str]] = set()
    for entry in entries:
        key = entry.form_key
        about = f"đơn vị {key.unit_code}, kỳ {key.period}, biểu mẫu {key.form_code}"
        for one in store.given.find_differences(key, entry.content[GIVEN]) if GIVEN in entry.content else ():
            if (key, one.place) not in told:
                told.add((key, one.place))
                yield f"{key} {one.place}", one, f"{about}: {say_difference(one)}. {MEND}"
        for one in store.given.find_journal_differences(entry.content[JOURNAL]) if JOURNAL in entry.content else ():
            if (None, one.place) not in told:
                told.add((None, one.place))
                yield one.place, one, f"{say_difference(one)}. {MEND}"


def say_person_fault(fault: PersonFault) -> str:
    """An account, what of it is not as the journal has it, and what to do."""
    where = f" (dòng {fault.position})" if fault.position else ""
    return (
        f"người dùng {fault.person_code}: {ACCOUNTS[fault.what]}{where}. Khóa người dùng này "
        f"({hint('people lock', fault.person_code, reason='lý do')}), lập biên bản, rồi hỏi ai quản trị cơ sở dữ liệu."
    )
