"""Everything an officer, an approver or an auditor can do at the terminal has its page; the rest is IT's, on the machine."""

from collections.abc import Iterator, Mapping

import click

from cli.main import COMMANDS
from desk.app import list_pages

FORM = "/bieu-mau/{unit}/{period}/{form}"
AT_THE_DESK: Mapping[str, tuple[str, str]] = {
    "run": ("POST", f"{FORM}/lap-lai"),
    "rerun": ("POST", f"{FORM}/lap-lai"),
    "backfill": ("POST", "/lap-bu"),
    "explain": ("GET", f"{FORM}/o/{{cell:path}}"),
    "checks": ("GET", FORM),
    "rules": ("GET", f"{FORM}/quy-tac"),
    "status": ("GET", "/bang"),
    "lint": ("POST", f"{FORM}/nop-tep"),
    "hand-in": ("POST", f"{FORM}/nop-tep/{{job_key}}/nop"),
    "show": ("GET", f"{FORM}/tai-ve/lan-lap/{{vintage}}/{{name}}"),
    "correct": ("POST", f"{FORM}/o/{{cell:path}}/dinh-chinh"),
    "release prepare": ("POST", f"{FORM}/trinh-duyet/trinh"),
    "release approve": ("POST", f"{FORM}/trinh-duyet/duyet"),
    "release publish": ("POST", f"{FORM}/trinh-duyet/phat-hanh"),
    "release restate": ("POST", f"{FORM}/trinh-duyet/phat-hanh"),
    "release withdraw": ("POST", f"{FORM}/trinh-duyet/rut"),
    "release send-back": ("POST", f"{FORM}/trinh-duyet/tra-lai"),
    "release unlock": ("POST", f"{FORM}/trinh-duyet/mo-khoa"),
    "release stamp": ("POST", f"{FORM}/trinh-duyet/phat-hanh"),
    "release status": ("GET", f"{FORM}/trinh-duyet"),
    "verify": ("POST", "/so-phat-hanh/kiem-tra"),
    "incidents list": ("GET", "/su-co"),
    "incidents show": ("GET", "/su-co"),
    "incidents history": ("GET", "/su-co"),
    "incidents ack": ("POST", "/su-co/{number}/nhan"),
    "alerts status": ("GET", "/su-co"),
    "watch": ("GET", "/"),
    "sign-in": ("GET", "/dang-nhap"),
    "sign-out": ("POST", "/dang-xuat"),
    "doctor": ("POST", "/quan-tri/kiem-tra"),
    "health": ("GET", "/quan-tri"),
    "form draft": ("POST", "/quan-tri/mau-moi"),
    "compare": ("POST", "/so-sanh"),
    "what-if": ("POST", "/quan-tri/thu"),
    "probe": ("POST", "/quan-tri/nguon/{source}"),
}
BY_IT = (
    "capture", "alerts test", "alerts send", "people list", "people add", "people role", "people lock", "people reset",
    "desk", "serve", "deploy", "worker", "metrics", "backup", "restore", "database status", "database migrate",
    "database downgrade", "database roles", "sandbox", "form check", "form preview", "form blank", "take-in",
)  # fmt: skip
"""Of who installs and runs it, on the machine."""


def registered() -> Iterator[str]:
    for command in COMMANDS:
        if isinstance(command, click.Group):
            yield from (f"{command.name} {name}" for name in command.commands)
        elif command.name == "release":
            (step,) = (one for one in command.params if one.name == "step")
            assert isinstance(step.type, click.Choice)
            yield from (f"release {name}" for name in step.type.choices)
        else:
            yield str(command.name)


def test_every_command_has_its_page_or_it_is_said_whose_it_is() -> None:
    said = [*AT_THE_DESK, *BY_IT]
    assert sorted(registered()) == sorted(said)


def test_the_pages_named_are_there() -> None:
    there = {(page.method, page.path) for page in list_pages()}
    assert set(AT_THE_DESK.values()) <= there


def test_the_officer_s_guide_has_no_command_and_no_file_to_edit() -> None:
    from baocao.settings import CHECKOUT_DIR

    text = (CHECKOUT_DIR / "docs" / "huong-dan-can-bo.md").read_text(encoding="utf-8")
    assert [said for said in ("```", "baocao run", "--", ".yaml", "lệnh") if said in text] == []
    assert text.count("](pictures/") >= 6
