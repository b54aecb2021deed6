"""Folders in an object store that speaks S3, beside AWS's own MinIO, Ceph and the like.

Address, account and certificate come from the variables every S3 client reads: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION, AWS_CA_BUNDLE.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from baocao.disk import ToldStoreError
from baocao.errors import ConfigError
from baocao.store.files.folders import StoredFile

MARK = ".used"
LONG_AGO = datetime.min.replace(tzinfo=UTC)
_MISSING = {"NoSuchKey", "404"}
_HOW = Config(
    connect_timeout=10,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 3},
    s3={"addressing_style": "path"},  # a server of one's own seldom has a name for each bucket
    request_checksum_calculation="when_required",  # what is newer than the servers in use; a body has its own checksum
    response_checksum_validation="when_required",
)


class ObjectFolder:
    """A folder of a bucket; an object appears whole or not at all.

    An object's time cannot be set: that it was used is an empty object of its own beside it.
    """

    def __init__(self, bucket: str, root: str) -> None:
        """Raise ConfigError where the variables say nothing an S3 client can use."""
        self._bucket, self._root = bucket, f"{root}/" if root else ""
        try:
            self._client: Any = boto3.session.Session().client("s3", config=_HOW)
        except (BotoCoreError, ValueError) as error:
            raise ConfigError(
                f"BAOCAO_PAYLOAD_URL=s3://{bucket}/…: các biến AWS_… không dùng được; xem lại tên miền và vùng"
            ) from error

    def check(self) -> None:
        """Raise OSError where the bucket does not answer, is not there or not ours; nothing is written."""
        with _told(self._bucket):
            self._client.head_bucket(Bucket=self._bucket)

    def read(self, path: str) -> bytes:
        return self._get(path)[0]

    def write(self, path: str, content: bytes) -> None:
        with _told(path):
            self._client.put_object(**self._name(path), Body=content)

    def mark_used(self, path: str) -> bool:
        if self._find_time(path) is None:
            return False
        self.write(path + MARK, b"")
        return True

    def list(self) -> Iterator[StoredFile]:
        """An object's mark comes right after it in the order of names, and is told as its time."""
        last: StoredFile | None = None
        for found in self._list_objects():
            if not found.path.endswith(MARK):
                if last is not None:
                    yield last
                last = found
            elif last is not None and found.path == last.path + MARK:
                last = replace(last, used_at=max(last.used_at, found.used_at))
        if last is not None:
            yield last

    def remove_unused(self, path: str, before: datetime) -> bool:
        """Remove an object nobody has used since; False where somebody has.

        Whoever uses one marks it first and reads it then. So either its mark is seen here after the removal, and the
        object is put back, or it is found missing there and written anew.
        """
        try:
            content, used_at = self._get(path)
        except FileNotFoundError:
            return False
        if used_at >= before or self._is_marked(path, before):
            return False
        self._delete(path)
        if self._is_marked(path, before):
            self.write(path, content)
            return False
        self._delete(path + MARK)
        return True

    def _name(self, path: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._root + path}

    def _get(self, path: str) -> tuple[bytes, datetime]:
        with _told(path):
            found = self._client.get_object(**self._name(path))
            return bytes(found["Body"].read()), found["LastModified"]

    def _delete(self, path: str) -> None:
        with _told(path):
            self._client.delete_object(**self._name(path))

    def _find_time(self, path: str) -> datetime | None:
        try:
            with _told(path):
                at: datetime = self._client.head_object(**self._name(path))["LastModified"]
        except FileNotFoundError:
            return None
        return at

    def _is_marked(self, path: str, since: datetime) -> bool:
        return (self._find_time(path + MARK) or LONG_AGO) >= since

    def _list_objects(self) -> Iterator[StoredFile]:
        with _told(self._bucket):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._root):
                for found in page.get("Contents", ()):
                    yield StoredFile(found["Key"].removeprefix(self._root), found["Size"], found["LastModified"])


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Every failure as the OSError a folder of the machine would raise."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
        if code in _MISSING:
            raise FileNotFoundError(errno.ENOENT, "", what) from error
        raise ToldStoreError(f"{what}: kho đối tượng (S3) từ chối, mã {code}") from error
    except BotoCoreError as error:
        raise ToldStoreError(f"{what}: không kết nối được kho đối tượng (S3); xem lại AWS_ENDPOINT_URL") from error
