"""What officers, approvers and the province do at the desk, one action after the other: each `yield` is a pause."""

import itertools
import random
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyotp

from baocao.people import PersonRole
from benchmarks.desk_browser import SEE_OTHER, Browser, Written
from benchmarks.desk_world import PASSWORD, PERIOD, SAID, TELEPHONE, Worker

PAGES: Final = "page"
TYPED: Final = "typed"
KINDS: Final[Mapping[str, str]] = {
    "sign-in page": PAGES, "sign in": "", "second factor": "", "Việc hôm nay": PAGES, "form": PAGES,
    "cell being typed": TYPED, "cell saved": TYPED, "vì sao": PAGES, "comment": PAGES, "steps": PAGES, "submit": PAGES,
    "approve": PAGES, "send back": PAGES, "Bảng đơn vị": PAGES, "Bảng đơn vị, found": PAGES,
}  # fmt: skip
"""Each kind of request, and which goal it has; a proof of identity is slow on purpose."""
FORMS: Final = ("2025-bieu-mau-7", "2025-cai-cach-hanh-chinh")
COUNTED_FORM: Final = "2020-ii-06a-vpcp"
CODES: Final = frozenset({"architecture_updated_code"})
"""Figures that are one of a few codes: left as they stand."""
HIGHEST: Final = 40
OK: Final = 200
numbers = itertools.count(1)
numbers_of_day = f"{time.time():.0f}"


@dataclass(frozen=True)
class Shift:
    """One person at a browser."""

    worker: Worker
    browser: Browser
    typed: Mapping[str, tuple[str, ...]]
    chance: random.Random

    def work(self) -> Iterator[None]:
        """Until nobody asks for more."""
        yield from self.sign_in()
        while True:
            if self.worker.role is PersonRole.OFFICER:
                yield from self.officer()
            elif self.worker.role is PersonRole.APPROVER:
                yield from self.approver()
            else:
                yield from self.province()

    def sign_in(self) -> Iterator[None]:
        browser = self.browser
        browser.get("sign-in page", "/")
        yield
        browser.send("sign in", "/dang-nhap", {"person": self.worker.code, "password": PASSWORD}, "Việc hôm nay")
        if self.worker.role is PersonRole.APPROVER:
            yield
            browser.send("second factor", "/bao-ve-hai-lop", {"code": pyotp.TOTP(TELEPHONE).now()}, "Việc hôm nay")
        yield

    def officer(self) -> Iterator[None]:
        unit_code = self.worker.unit_codes[0]
        self.browser.get("Việc hôm nay", "/")
        yield
        for form_code in FORMS:
            yield from self.fill(unit_code, form_code)
        path = f"/bieu-mau/{unit_code}/{PERIOD}/{COUNTED_FORM}"
        self.browser.get("form", path)
        yield
        self.browser.get("steps", f"{path}/trinh-duyet")
        yield
        yield from self.step(unit_code, path, "submit", "trinh", {})

    def fill(self, unit_code: str, form_code: str) -> Iterator[None]:
        path = f"/bieu-mau/{unit_code}/{PERIOD}/{form_code}"
        self.browser.get("form", path)
        yield
        codes = [code for code in self.typed[form_code] if code not in CODES]
        for code in self.chance.sample(codes, min(4, len(codes))):
            yield from self.type_in(unit_code, path, code)
        cells = re.findall(rf'href="{re.escape(path)}/o/([^"?]+)"', self.browser.text)
        if not cells:
            return
        cell = self.chance.choice(cells)
        self.browser.get("vì sao", f"{path}/o/{cell}")
        yield
        said = self._new_text()
        address = f"{path}/o/{cell}/noi"
        if self.browser.send("comment", address, {"kind": "y-kien", "text": said}, "vì sao") == SEE_OTHER:
            self.browser.tally.keep(Written("remark", unit_code, said), is_read_back=said in self.browser.text)
        yield

    def type_in(self, unit_code: str, path: str, code: str) -> Iterator[None]:
        """Judged while it is typed, then saved."""
        value = self.chance.randint(1, HIGHEST)
        self.browser.peek("cell being typed", f"{path}/thu?code={code}&value={value}")
        self.save("cell saved", unit_code, path, code, value)
        yield

    def save(self, kind: str, unit_code: str, path: str, code: str, value: int) -> None:
        """With evidence nobody else gives; the answer must show both."""
        text, said = self.browser.text, self._new_text()
        shown = re.search(rf'name="code" value="{code}"><input type="hidden" name="based_on" value="(\d+)"', text)
        fields = {"code": code, "based_on": shown[1] if shown else "0", "value": str(value), "evidence": said}
        if self.browser.save(kind, f"{path}/so-lieu", fields) == OK:
            found = re.search(rf'id="gt-{code}"[^>]* value="([^"]*)"', self.browser.text)
            is_there = found is not None and found[1] == str(value) and said in self.browser.text
            self.browser.tally.keep(Written("figure", unit_code, said, value), is_read_back=is_there)

    def approver(self) -> Iterator[None]:
        self.browser.get("Việc hôm nay", "/")
        yield
        for unit_code in self.chance.sample(self.worker.unit_codes, min(4, len(self.worker.unit_codes))):
            path = f"/bieu-mau/{unit_code}/{PERIOD}/{COUNTED_FORM}"
            self.browser.get("steps", f"{path}/trinh-duyet")
            yield
            if self.chance.random() < 1 / 3:
                yield from self.step(unit_code, path, "send back", "tra-lai", {"reason": "Đề nghị đếm lại."})
            else:
                yield from self.step(unit_code, path, "approve", "duyet", {})

    def step(self, unit_code: str, path: str, kind: str, name: str, fields: Mapping[str, str]) -> Iterator[None]:
        """Where the page offers it."""
        address = f"{path}/trinh-duyet/{name}"
        if f'action="{address}"' not in self.browser.text:
            return
        if self.browser.send(kind, address, fields, "steps") == SEE_OTHER:
            self.browser.tally.keep(
                Written(kind, unit_code, ""), is_read_back=f'action="{address}"' not in self.browser.text
            )
        yield

    def province(self) -> Iterator[None]:
        self.browser.get("Việc hôm nay", "/")
        yield
        self.browser.get("Bảng đơn vị", "/bang")
        yield
        self.browser.get("Bảng đơn vị, found", f"/bang?ky={PERIOD}&tim=Đơn vị 0{self.chance.randint(10, 99)}")
        yield
        found = re.findall(r'href="(/bieu-mau/[^"?#]+)"', self.browser.text)
        if found:
            self.browser.get("form", self.chance.choice(found))
            yield

    def _new_text(self) -> str:
        return f"{SAID}, số {numbers_of_day}-{next(numbers)}"
