"""Every mistake in alerts.yaml is answered with the file, the key and what is allowed; the example works."""

import re
import shutil
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import Alerts, read_alerts
from baocao.errors import ConfigError
from baocao.settings import CHECKOUT_DIR

EXAMPLE = CHECKOUT_DIR / "config" / "examples" / "alerts.yaml"


@pytest.fixture
def alerts_yaml(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(CHECKOUT_DIR / "config", tmp_path / "config"))
    return Path(shutil.copy(EXAMPLE, folder / "alerts.yaml"))


def read(path: Path) -> Alerts:
    return read_alerts(Catalogue.read(path.parent))


MISTAKES = [
    ("kind: telegram", "kind: sms", r"channels\.it_telegram.*'email', 'webhook'"),
    ("tls: starttls", "tls: plain", r"plain is allowed to a mail server on this machine only"),
    ("tls: starttls", "tls: none", r"channels\.office_mail\.email\.tls.*'starttls', 'implicit' or 'plain'"),
    ("secret: env:BAOCAO_TELEGRAM_TOKEN", "secret: '123:abc'", r"channels\.it_telegram\.telegram.*secret"),
    ("https://giamsat", "http://giamsat", r"channels\.operations\.webhook\.address"),
    ("to: [vanphong@bienmau.vi-du.vn]", "to: [vanphong]", r"office_mail\.email\.to\.0"),
    ("channels: [operations, last_resort]", "channels: [operation, last_resort]",
     r"routes\.monitoring\.channels: no channel 'operation'; there are: office_mail"),
    ("1: [leader_zalo]", "1: [leader]", r"escalation\.steps\.1: no channel 'leader'"),
    ("owners: [it]", "owners: [cntt]", r"routes\.it\.owners: no owner 'cntt'; there are: office.*it"),
    ("severities: [critical]", "severities: [grave]", r"routes\.office\.severities\.0.*'critical'"),
    ('digest: "07:00"', "digest: 17:00", r"routes\.office_digest\.digest.*in quotes"),
    ('from: "18:00"', "from: 18:00", r"quiet_hours\.from.*in quotes"),
    ("attempts: 3", "attemps: 3", r"retries\.attemps: Extra inputs are not permitted"),
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


def test_the_example_is_read_and_names_no_secret(alerts_yaml: Path) -> None:
    alerts = read(alerts_yaml)
    assert {channel.kind for channel in alerts.channels.values()} == {"email", "zalo", "telegram", "webhook", "file"}
    assert alerts.escalation.steps == {3: (), 1: ("leader_zalo",), -1: ("leader_zalo",)}


def test_without_the_file_there_are_no_channels(alerts_yaml: Path) -> None:
    alerts_yaml.unlink()
    assert read(alerts_yaml) == Alerts()
