"""The training province half-way through a quarter: one unit released, one sent back, one submitted, one with a dead
source, one without systems, one not begun. Made once, in a folder of its own; given again, it is as it was left.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from baocao.settings import CHECKOUT_DIR, Settings

if TYPE_CHECKING:
    from baocao.store import FormKey
    from reporting.workspace import Workspace
    from sandbox.server import RunningSandbox

DATA_SET: Final = "province:6x900"
PERIOD: Final = "2025-Q4"
NOT_BEGUN, RELEASED, SENT_BACK, DEAD_SOURCE, SUBMITTED, WITHOUT_SYSTEMS = (f"don-vi-{n:03d}" for n in range(1, 7))
OWN_UNITS: Final = (NOT_BEGUN, SENT_BACK, SUBMITTED, WITHOUT_SYSTEMS)
"""Where the demo officer, owner and approver work."""
MADE: Final = (RELEASED, SENT_BACK, DEAD_SOURCE, SUBMITTED)
FORM: Final = "2025-bieu-mau-7"
OFFICER, APPROVER = "hang.tap-huan", "dung.tap-huan"
"""Who has done what is done already: people who sign in at the demo."""


@contextmanager
def demo_province(home: Path) -> Iterator[None]:
    """Play its systems, point this process at it, and bring it half-way where nobody has yet."""
    from sandbox.credentials import ENVIRONMENT
    from sandbox.server import start
    from sandbox.world.data_sets import data_set

    config_dir = home / "config"
    if not config_dir.exists():
        found_configuration(config_dir)
    with start(DATA_SET) as running:
        places = {"BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(config_dir), "BAOCAO_UNIT": NOT_BEGUN}
        now = {"BAOCAO_NOW": data_set(DATA_SET).now.isoformat(), "BAOCAO_SANDBOX_URL": running.url}
        os.environ.update({**ENVIRONMENT, **places, **now})
        bring_half_way(running)
        yield


def found_configuration(config_dir: Path) -> None:
    """The shipped one with the units of the data set; one is connected to nothing, two have typed in nothing yet."""
    import yaml

    from sandbox.configuration import write

    shutil.copytree(CHECKOUT_DIR / "config", config_dir)
    write(DATA_SET, config_dir, [PERIOD])
    file = config_dir / "units.yaml"
    units = yaml.safe_load(file.read_text(encoding="utf-8"))
    units["units"][WITHOUT_SYSTEMS].pop("source_keys")
    file.write_text(yaml.safe_dump(units, allow_unicode=True, sort_keys=False), encoding="utf-8")
    typed = (CHECKOUT_DIR / "config" / "manual" / "dac-khu" / f"{PERIOD}.yaml").read_bytes()
    for unit_code in MADE:
        (config_dir / "manual" / unit_code).mkdir()
        (config_dir / "manual" / unit_code / f"{PERIOD}.yaml").write_bytes(typed)


def bring_half_way(running: "RunningSandbox") -> None:
    """Only where nothing was made yet."""
    from reporting.pipeline import make_reports
    from reporting.plan import make_plan
    from reporting.workspace import open_workspace

    with open_workspace(Settings.read(os.environ)) as workspace:
        plans = {code: make_plan(workspace.catalogue, code, PERIOD, None, workspace.settings.now()) for code in MADE}
        if workspace.store.vintages.latest_numbers(FORM, plans[RELEASED].period):
            return
        for unit_code in (RELEASED, SENT_BACK, SUBMITTED):
            make_reports(workspace, (plans[unit_code],))
        running.set_fault("one_stop", "wrong_password")
        make_reports(workspace, (plans[DEAD_SOURCE],))
        running.clear_faults()
        take_steps(workspace, {code: plan.form_key for code, plan in plans.items()})


def take_steps(workspace: "Workspace", forms: "Mapping[str, FormKey]") -> None:
    from reporting.release.entries import StepRequest
    from reporting.release.releasing import approve, prepare, publish, send_back

    officer, approver = StepRequest(OFFICER), StepRequest(APPROVER)
    for unit_code in (RELEASED, SENT_BACK, SUBMITTED):
        prepare(workspace, forms[unit_code], officer)
    approve(workspace, forms[RELEASED], approver)
    publish(workspace, forms[RELEASED], approver)
    why = {"2": "Danh mục có 12 báo cáo định kỳ, đề nghị đếm lại.", "4.2": "Thấp hơn quý trước, giải trình thêm."}
    send_back(workspace, forms[SENT_BACK], approver, why)
