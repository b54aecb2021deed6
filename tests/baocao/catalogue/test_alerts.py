"""Every mistake in alerts.yaml is answered with the file, the key and what is allowed; the example works."""

import re
import shutil
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import Alerts, read_alerts
from baocao.errors import ConfigError
from baocao.settings import CHECKOUT_DIR
from tests.configuration import ONE_FORM_CONFIG_DIR

EXAMPLE = CHECKOUT_DIR / "config" / "examples" / "alerts.yaml"


@pytest.fixture
def alerts_yaml(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config"))
    return Path(shutil.copy(EXAMPLE, folder / "alerts.yaml"))


def read(path: Path) -> Alerts:
    return read_alerts(Catalogue.read(path.parent))


MISTAKES = [
    ("kind: telegram", "kind: sms", r"dòng 22, channels\.it_telegram\.kind: không dùng được.*email, webhook, telegram"),
    ("tls: starttls", "tls: plain", r"channels\.office_mail\.tls: plain chỉ dùng cho máy chủ thư trên chính máy này"),
    ("tls: starttls", "tls: startls", r"office_mail\.tls: .*starttls, implicit, plain; ý bạn là “starttls”\?"),
    ("secret: env:BAOCAO_TELEGRAM_TOKEN", "secret: '123:abc'", r"channels\.it_telegram\.secret: phải là env:TÊN_BIẾN"),
    ("https://giamsat", "http://giamsat", r"channels\.operations\.address: phải là địa chỉ https://"),
    ("to: [vanphong@bienmau.vi-du.vn]", "to: [vanphong]", r"office_mail\.to\.0: không phải địa chỉ thư"),
    ("channels: [operations, last_resort]", "channels: [operation, last_resort]",
     r"routes\.monitoring\.channels: không có kênh “operation”; được dùng: office_mail.*ý bạn là “operations”\?"),
    ("1: [leader_zalo]", "1: [leader]", r"escalation\.steps\.1: không có kênh “leader”.*ý bạn là “leader_zalo”"),
    ("owners: [it]", "owners: [cntt]", r"routes\.it\.owners: không có người phụ trách “cntt”; được dùng: office.*it"),
    ("severities: [critical]", "severities: [grave]", r"routes\.office\.severities\.0: .*critical, warning"),
    ('digest: "07:00"', "digest: 7 giờ", r"routes\.office_digest\.digest: ghi giờ trong dấu nháy"),
    ('from: "18:00"', "from: 25:00", r"quiet_hours\.from: ghi giờ trong dấu nháy"),
    ("attempts: 3", "attemps: 3", r"retries\.attemps: không có khóa này; được dùng: attempts.*ý bạn là “attempts”\?"),
    ("backoff_s: 2,", "backoff_s: 2,5,", r"trong ngoặc \{ \}, phải đặt trong dấu nháy, .*backoff_s: \"2,5\""),
    ("attempts: 3", "attempts: 30", r"retries\.attempts: nhiều nhất là 10 \(đang ghi: 30\)"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "says"), MISTAKES)
def test_a_mistake_is_named_with_what_is_allowed(alerts_yaml: Path, right: str, wrong: str, says: str) -> None:
    text = alerts_yaml.read_text(encoding="utf-8")
    assert right in text
    alerts_yaml.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read(alerts_yaml)
    assert re.search(says, str(caught.value), re.DOTALL), str(caught.value)
    assert "alerts.yaml" in str(caught.value)
    assert str(caught.value).count("dòng") == 1, "one mistake is told once"


def test_the_example_is_read_and_names_no_secret(alerts_yaml: Path) -> None:
    alerts = read(alerts_yaml)
    assert {channel.kind for channel in alerts.channels.values()} == {"email", "zalo", "telegram", "webhook", "file"}
    assert alerts.escalation.steps == {3: (), 1: ("leader_zalo",), -1: ("leader_zalo",)}


def test_without_the_file_there_are_no_channels(alerts_yaml: Path) -> None:
    alerts_yaml.unlink()
    assert read(alerts_yaml) == Alerts()


def test_a_time_of_day_and_a_decimal_comma_are_read_as_they_are_written(alerts_yaml: Path) -> None:
    """YAML itself reads 18:00 as 1080."""
    text = alerts_yaml.read_text(encoding="utf-8")
    text = re.sub(r"backoff_s: \d+", 'backoff_s: "2,5"', text.replace('from: "18:00"', "from: 18:00"))
    alerts_yaml.write_text(text, encoding="utf-8")
    alerts = read(alerts_yaml)
    assert alerts.quiet_hours is not None
    assert alerts.quiet_hours.from_.hour == 18
    assert alerts.retries.backoff_s == 2.5
