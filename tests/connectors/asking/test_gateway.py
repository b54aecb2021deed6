"""A source behind a province's gateway."""

import pytest

from baocao.catalogue import Catalogue
from baocao.errors import ConfigError
from connectors.asking.gateway import open_client
from connectors.dialects.one_stop_igate import SITE
from sandbox.server import RunningSandbox
from tests.connectors.suite import asked, with_option

pytestmark = pytest.mark.usefixtures("credentials")


def test_a_gateway_says_which_of_its_keys_is_wrong(catalogue: Catalogue, tiny_sandbox: RunningSandbox) -> None:
    one = asked(catalogue, tiny_sandbox, "one_stop_igate_lgsp")
    gateway = {**one.assignment.source.options["gateway"], "secret": "mat-khau-viet-thang"}
    with pytest.raises(ConfigError, match=r"options\.gateway\.secret: phải là env:") as caught:
        open_client(with_option(one, gateway=gateway).assignment, SITE)
    assert "mat-khau" not in str(caught.value)


def test_a_gateways_secret_that_is_not_set_is_named(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BAOCAO_LGSP_SECRET")
    with pytest.raises(ConfigError, match="env:BAOCAO_LGSP_SECRET chưa được đặt"):
        open_client(asked(catalogue, tiny_sandbox, "one_stop_igate_lgsp").assignment, SITE)


def test_a_gateway_leads_to_the_same_records_as_the_straight_way(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    frames = [
        asked(catalogue, tiny_sandbox, code).collect().frames["dossiers"]
        for code in ("one_stop_igate", "one_stop_igate_lgsp")
    ]
    assert frames[0].equals(frames[1])
