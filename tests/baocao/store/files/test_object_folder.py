"""Payloads in a bucket of a real S3 server of this machine: kept, damaged, aged, removed, copied, out of reach."""

import logging
from collections.abc import Iterator
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

from baocao.errors import ConfigError
from baocao.store import PayloadDamagedError, Store, StoreUnavailableError, open_store
from baocao.store.files.object_folder import ObjectFolder
from baocao.store.files.payloads import PayloadStore
from tests.baocao.store import samples

BODY = '[{"mã": "H49.61"}]'.encode() * 100
BUCKET, ROOT = "baocao-thu", "tinh/payloads"
URL = f"s3://{BUCKET}/{ROOT}"
MONTH_AGO = datetime.now(UTC) - timedelta(days=30)


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def bucket(server_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Everything that lies in the bucket, as the server holds it."""
    given = {"ENDPOINT_URL": server_url, "ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret"}
    for name, value in {**given, "CONFIG_FILE": str(tmp_path / "none"), "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    server = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    yield server.create_bucket(BUCKET, "us-east-1").keys
    server.reset()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'baocao.db'}", URL) as store:
        yield store


def age_all(bucket: Any) -> None:
    for kept in bucket.values():
        kept.last_modified = (MONTH_AGO - timedelta(days=1)).replace(tzinfo=None)


def path_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:]}.zst"


def test_a_body_lies_in_the_bucket_under_its_hash_and_comes_back(bucket: Any) -> None:
    sha256 = PayloadStore(URL).put(BODY)
    assert list(bucket) == [f"{ROOT}/{path_of(sha256)}"], "and nothing else, no part of it"
    assert PayloadStore(URL).get(sha256) == BODY


def test_many_bodies_are_kept_side_by_side() -> None:
    bodies = [f"{number}".encode() for number in range(50)]
    payloads = PayloadStore(URL)
    assert [payloads.get(sha256) for sha256 in payloads.put_all(bodies)] == bodies
    payloads.close()


def test_a_body_at_the_root_of_a_bucket_is_found_again(bucket: Any) -> None:
    sha256 = PayloadStore(f"s3://{BUCKET}").put(BODY)
    assert list(bucket) == [path_of(sha256)]
    assert PayloadStore(f"s3://{BUCKET}/").get(sha256) == BODY


def test_a_missing_and_a_changed_body_are_told_and_mended_by_putting_it_again(bucket: Any) -> None:
    payloads = PayloadStore(URL)
    with pytest.raises(PayloadDamagedError, match="mất tệp"):
        payloads.get("0" * 64)
    sha256 = payloads.put(BODY)
    bucket[f"{ROOT}/{path_of(sha256)}"].value = b"not compressed"
    with pytest.raises(PayloadDamagedError, match="không giải nén được"):
        payloads.get(sha256)
    payloads.put(BODY)
    assert payloads.get(sha256) == BODY


def test_an_old_body_nobody_mentions_goes_and_one_that_is_mentioned_stays(store: Store, bucket: Any) -> None:
    kept = store.payloads.keep(samples.payload())
    orphan = store.files.put(b"kept by a run that died before it could say so")
    age_all(bucket)
    assert store.payloads.remove_unmentioned(MONTH_AGO, only_count=True).count == 1
    assert store.files.get(orphan)
    removed = store.payloads.remove_unmentioned(MONTH_AGO)
    assert (removed.count, removed.size > 0) == (1, True)
    assert store.payloads.load(kept).body == samples.payload().body
    with pytest.raises(PayloadDamagedError, match="mất tệp"):
        store.files.get(orphan)


def test_more_objects_than_a_page_holds_are_all_looked_at(bucket: Any) -> None:
    folder = ObjectFolder(BUCKET, ROOT)
    folder.write("aa/first.zst", b"x")
    for number in range(1100):
        one = copy(bucket[f"{ROOT}/aa/first.zst"])
        one.name = f"{ROOT}/bb/{number:04}.zst"
        bucket[one.name] = one
    assert len(list(folder.list())) == 1101


def test_keeping_an_old_body_again_makes_it_young(store: Store, bucket: Any) -> None:
    sha256 = store.files.put(b"answered the same twice")
    age_all(bucket)
    store.files.put(b"answered the same twice")
    assert store.payloads.remove_unmentioned(MONTH_AGO, only_count=True).count == 0
    assert store.payloads.remove_unmentioned(MONTH_AGO).count == 0
    assert store.files.get(sha256)
    age_all(bucket)
    assert store.payloads.remove_unmentioned(MONTH_AGO).count == 1
    assert not list(bucket), "its mark goes with it"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_body_used_while_it_is_being_removed_is_not_lost(
    bucket: Any, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """It was looked at and found old; at the removal, just before or just after, somebody keeps it again."""
    folder, payloads = ObjectFolder(BUCKET, ROOT), PayloadStore(URL)
    path = path_of(sha256 := payloads.put(BODY))
    age_all(bucket)
    delete = folder._client.delete_object

    def delete_beside_a_user(**name: str) -> None:
        is_body = name["Key"].endswith(path)
        if is_body and moment == "before":
            payloads.put(BODY)
        delete(**name)
        if is_body and moment == "after":
            payloads.put(BODY)

    monkeypatch.setattr(folder._client, "delete_object", delete_beside_a_user)
    folder.remove_unused(path, MONTH_AGO)
    assert payloads.get(sha256) == BODY


def test_a_whole_store_is_copied_to_a_folder_and_back(store: Store, tmp_path: Path, bucket: Any) -> None:
    sha256 = store.files.put(BODY)
    assert store.payloads.copy_bodies([sha256], str(tmp_path / "saved")) == (1, ())
    bucket.clear()
    with open_store(f"sqlite:///{tmp_path / 'baocao.db'}", str(tmp_path / "saved")) as saved:
        assert saved.payloads.copy_bodies([sha256], URL) == (1, ())
    assert store.files.get(sha256) == BODY


def test_a_bucket_that_is_not_there_is_no_lost_body() -> None:
    payloads = PayloadStore("s3://no-such-bucket/payloads")
    for ask in (payloads.check, lambda: payloads.put(BODY), lambda: payloads.get("0" * 64)):
        with pytest.raises(StoreUnavailableError, match=r"no-such-bucket|NoSuchBucket"):
            ask()


def test_a_server_out_of_reach_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    payloads = PayloadStore(URL)
    for ask in (payloads.check, lambda: payloads.put(BODY), lambda: payloads.get("0" * 64)):
        with pytest.raises(StoreUnavailableError, match="không kết nối được kho đối tượng"):
            ask()


def test_an_endpoint_of_no_use_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    with pytest.raises(ConfigError, match="các biến AWS_… không dùng được; xem lại tên miền"):
        PayloadStore(URL)


def test_a_bucket_that_answers_is_content() -> None:
    PayloadStore(URL).check()
