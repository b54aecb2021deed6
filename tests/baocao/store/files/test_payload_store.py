import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from baocao.errors import ConfigError
from baocao.store import PayloadDamagedError, Store, StoreUnavailableError, open_store
from baocao.store.files.payloads import PayloadStore
from tests.baocao.store import samples

BODY = '[{"mã": "H49.61"}]'.encode() * 100


@pytest.fixture
def payloads(tmp_path: Path) -> PayloadStore:
    return PayloadStore(str(tmp_path / "payloads"))


def files_of(payloads: PayloadStore) -> list[Path]:
    return [path for path in Path(payloads.url).rglob("*") if path.is_file()]


def test_a_body_lies_compressed_under_its_hash(payloads: PayloadStore) -> None:
    sha256 = payloads.put(BODY)
    (file,) = files_of(payloads)
    assert file == Path(payloads.url) / sha256[:2] / f"{sha256[2:]}.zst"
    assert file.stat().st_size < len(BODY) / 10
    assert zstandard.decompress(file.read_bytes()) == BODY


@pytest.mark.parametrize("body", [b"", b"x", BODY, bytes(3_000_000)])
def test_a_body_comes_back_as_it_was(payloads: PayloadStore, body: bytes) -> None:
    assert payloads.get(payloads.put(body)) == body


def test_a_body_put_twice_is_kept_once(payloads: PayloadStore) -> None:
    payloads.put(BODY)
    (file,) = files_of(payloads)
    before = file.stat()
    payloads.put(BODY)
    assert files_of(payloads) == [file]
    assert file.stat().st_ino == before.st_ino, "not written anew"


def test_a_missing_body_is_told(payloads: PayloadStore) -> None:
    sha256 = payloads.put(BODY)
    files_of(payloads)[0].unlink()
    with pytest.raises(PayloadDamagedError, match=rf"{sha256}.*mất tệp"):
        payloads.get(sha256)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda _: zstandard.compress(b"[]"), "nội dung đã bị sửa"),
        (lambda content: content[: len(content) // 2], "nội dung đã bị sửa"),
        (lambda content: content[:20] + bytes([content[20] ^ 1]) + content[21:], "giải nén|bị sửa"),
        (lambda _: b"", "nội dung đã bị sửa"),
        (lambda _: b"not compressed", "không giải nén được"),
        (lambda _: bytes.fromhex("28b52ffde0ffffffffffffff7f"), "giải nén|bị sửa"),
    ],
    ids=["another", "cut", "one bit", "empty", "plain", "claims to be huge"],
)
def test_a_changed_body_is_told_and_mended_by_putting_it_again(
    payloads: PayloadStore, damage: Callable[[bytes], bytes], sentence: str
) -> None:
    sha256 = payloads.put(BODY)
    (file,) = files_of(payloads)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(PayloadDamagedError, match=sentence):
        payloads.get(sha256)
    payloads.put(BODY)
    assert payloads.get(sha256) == BODY


@pytest.mark.parametrize(
    "url",
    [
        "gopher://lan:secret@host/folder",
        "sftp://lan:secret@host/folder",
        "memory://secret",
        "s3://lan:secret@bucket/folder",
        "s3://",
        "simplecache::s3://secret/folder",
    ],
)
def test_an_address_nobody_serves_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(ConfigError, match=r"BAOCAO_PAYLOAD_URL=.*Cho phép: đường dẫn một thư mục.*s3://") as caught:
        PayloadStore(url)
    assert "secret" not in str(caught.value)


def test_a_refused_address_leaves_no_database_behind(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="BAOCAO_PAYLOAD_URL"):
        open_store(f"sqlite:///{tmp_path / 'baocao.db'}", "sftp://host/folder")
    assert not list(tmp_path.iterdir())


def test_a_folder_may_be_given_as_a_file_address(tmp_path: Path) -> None:
    sha256 = PayloadStore(f"file://{tmp_path}").put(BODY)
    assert PayloadStore(str(tmp_path)).get(sha256) == BODY


def test_without_the_extra_an_object_store_is_refused_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "baocao.store.files.object_folder", raising=False)
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ConfigError, match=r"boto3.*make setup-s3"):
        PayloadStore("s3://bucket/folder")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match=r"không .* được"):
        PayloadStore(str(tmp_path / "file" / "payloads")).put(BODY)


def test_nothing_outside_the_folder_is_read(payloads: PayloadStore) -> None:
    with pytest.raises(PayloadDamagedError, match="không phải sha256"):
        payloads.get("../../../etc/passwd")


def test_a_payload_comes_back_as_it_was(store: Store) -> None:
    payload = samples.payload()
    assert store.payloads.load(store.payloads.keep(payload)) == payload


def test_a_payload_kept_twice_is_kept_once(store: Store) -> None:
    assert store.payloads.keep(samples.payload()) == store.payloads.keep(samples.payload())


def test_the_same_answer_to_another_request_is_another_entry(store: Store) -> None:
    first = store.payloads.keep(samples.payload(b"[]", request={"page": 0}))
    second = store.payloads.keep(samples.payload(b"[]", request={"page": 1}))
    assert first.sha256 == second.sha256
    assert first.entry_sha256 != second.entry_sha256
    assert [store.payloads.load(kept).request["page"] for kept in (first, second)] == [0, 1]


def test_a_payload_whose_hash_is_wrong_is_not_entered(store: Store) -> None:
    with pytest.raises(PayloadDamagedError, match="igate"):
        store.payloads.keep(samples.payload(sha256="0" * 64))


def test_a_damaged_payload_of_a_vintage_is_told(store: Store, payload_url: str) -> None:
    first, second = store.collections.list_payloads(samples.run(store))
    path = Path(payload_url) / first.sha256[:2] / f"{first.sha256[2:]}.zst"
    path.write_bytes(zstandard.compress(b"[3]"))
    with pytest.raises(PayloadDamagedError, match="nội dung đã bị sửa"):
        store.payloads.load(first)
    assert store.payloads.load(second).body == b"[2]"
