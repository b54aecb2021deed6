"""desk.yaml: what is refused is what would let somebody in, or nobody."""

from pathlib import Path

import pytest

from baocao.catalogue.desk import DeskRules, read_desk_rules
from baocao.errors import ConfigError
from baocao.settings import CHECKOUT_DIR

OPENID = "openid: {issuer: 'https://sso.vi-du.vn', client_id: baocao, client_secret: 'env:S'}\n"
PROXY = "public_url: https://baocao.vi-du.vn\ntrusted_proxies: [10.1.2.0/24]\n"


def read(tmp_path: Path, text: str) -> DeskRules:
    (tmp_path / "desk.yaml").write_text(text, encoding="utf-8")
    return read_desk_rules(tmp_path)


def test_without_a_file_the_desk_is_for_this_machine_and_passwords(tmp_path: Path) -> None:
    rules = read_desk_rules(tmp_path)
    assert (rules.public_url, rules.openid, rules.passwords) == (None, None, True)


def test_the_example_is_right(tmp_path: Path) -> None:
    text = (CHECKOUT_DIR / "config" / "examples" / "desk.yaml").read_text(encoding="utf-8")
    assert read(tmp_path, text).openid is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("public_url: http://baocao.vi-du.vn\ntrusted_proxies: [10.0.0.1]\n", "https://"),
        ("public_url: https://baocao.vi-du.vn/x\ntrusted_proxies: [10.0.0.1]\n", "không có mật khẩu và đường dẫn"),
        ("public_url: https://baocao.vi-du.vn\n", "trusted_proxies"),
        ("trusted_proxies: ['*']\n", "phải là địa chỉ IP"),
        (OPENID, "public_url"),
        (PROXY + OPENID.replace("https://sso", "http://sso"), "https://"),
        (PROXY + OPENID.replace("env:S", "mật khẩu"), "client_secret"),
        ("passwords: false\n", "không ai đăng nhập được"),
        ("idle_minutes: 0\n", "từ 5"),
        ("attempts: 1000\n", "nhiều nhất là 20"),
        ("session_hour: 3\n", "session_hours"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=r"desk\.yaml") as refused:
        read(tmp_path, text)
    assert says in str(refused.value)
