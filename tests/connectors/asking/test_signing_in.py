"""A token is renewed before it ends, so that no request is made with a dead one."""

from dataclasses import replace

import pandas as pd
import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.sources import PaceLimits
from connectors.asking import signing_in
from sandbox.server import start
from sandbox.world.state import Options
from tests.connectors.suite import ENTRIES, Asked, assignment, connector

ONE_STOP = next(entry for entry in ENTRIES if entry.source_code == "one_stop_igate")


def test_a_token_is_renewed_before_it_expires(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = {"s": 1000.0}
    monkeypatch.setattr(signing_in, "monotonic", lambda: clock["s"])
    with start("tiny", options=Options(one_stop_token_life_s=300)) as sandbox:
        given = assignment(catalogue, ONE_STOP, sandbox.url)
        source = given.source.model_copy(update={"pace": PaceLimits(requests_per_s=1000, at_once=1)})
        pages = connector(catalogue, ONE_STOP).fetch(replace(given, source=source))
        next(pages)
        clock["s"] += 269
        next(pages)
        assert sandbox.requests.count("one_stop", "token") == 1
        clock["s"] += 2
        next(pages)
        assert sandbox.requests.count("one_stop", "token") == 2
        assert all(served.status == 200 for served in sandbox.requests)


def test_a_token_that_dies_early_is_renewed_once(catalogue: Catalogue) -> None:
    with start("tiny") as sandbox:
        asked = Asked(ONE_STOP, connector(catalogue, ONE_STOP), assignment(catalogue, ONE_STOP, sandbox.url))
        before = asked.collect().frames["dossiers"]
        sandbox.requests.clear()
        sandbox.set_fault("one_stop", "token_dies")
        pd.testing.assert_frame_equal(asked.collect().frames["dossiers"], before)
        assert sandbox.requests.count("one_stop", "token") == 2
