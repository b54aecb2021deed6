"""Every command a sentence tells somebody to type is one that there is, given what it needs."""

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

import click
import pytest

from baocao.desk_words import say_at_desk
from baocao.hints import hint
from baocao.settings import CHECKOUT_DIR
from cli.main import cli

ROOMS = ("baocao", "cli", "connectors", "expectations", "flows", "reporting", "sandbox")
NEEDS_UNIT = {"run", "explain", "checks", "show", "rerun", "correct", "release", "probe", "backfill"}


NOT_FOR_PEOPLE = ("flows/deployments.py", "reporting/upkeep/metrics.py")
"""What stands in a comment of a made file, and the help of a metric."""


@dataclass(frozen=True)
class Call:
    """One call of `hint`; `words` are its first argument's, then one for each other positional argument."""

    where: str
    words: tuple[str, ...] | None
    options: frozenset[str]


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((CHECKOUT_DIR / room).rglob("*.py")):
            yield path.relative_to(CHECKOUT_DIR).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


MODULES = tuple(modules())


def calls() -> list[Call]:
    found = []
    for name, tree in MODULES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hint":
                first, *rest = node.args
                words = (*first.value.split(), *("x" for _ in rest)) if isinstance(first, ast.Constant) else None
                options = frozenset(f"--{k.arg.strip('_').replace('_', '-')}" for k in node.keywords if k.arg)
                found.append(Call(f"{name}:{node.lineno}", words, options))
    return found


CALLS = calls()


@pytest.mark.parametrize("words", sorted({call.words[:2] for call in CALLS if call.words}), ids=" ".join)
def test_who_has_no_terminal_is_not_told_any_of_them(words: tuple[str, ...]) -> None:
    """At the desk each is a page, or what IT is asked to do."""
    command = hint(" ".join(words).removesuffix(" x"), *(["2025-Q4"] if words[-1] == "x" else []), unit="dac-khu")
    assert "baocao" not in (said := say_at_desk(f"Chưa có. Làm: {command}. Rồi xem lại."))
    assert said.startswith("Chưa có. Làm: ")
    assert said.endswith(". Rồi xem lại.")
    assert "dac-khu" not in said


def find_command(words: tuple[str, ...]) -> tuple[click.Command, tuple[str, ...]]:
    command: click.Command = cli
    while isinstance(command, click.Group) and words:
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.where)
def test_every_hint_names_a_command_with_what_it_needs(call: Call) -> None:
    if call.words is None:
        return
    command, arguments = find_command(call.words)
    assert not isinstance(command, click.Group), "a group alone does nothing"
    taken = {name for each in command.params for name in each.opts} | {"--help"}
    assert call.options <= taken
    if "--help" in call.options:
        return
    needed = [each for each in command.params if isinstance(each, click.Argument) and each.required]
    most = [each for each in command.params if isinstance(each, click.Argument)]
    assert len(needed) <= len(arguments) <= len(most)
    required = {each.opts[0] for each in command.params if isinstance(each, click.Option) and each.required}
    assert required <= call.options
    if call.words[0] in NEEDS_UNIT:
        assert "--unit" in call.options, "refused where several units are connected"


def test_there_are_hints() -> None:
    assert len(CALLS) > 30


def test_no_sentence_spells_a_command_itself() -> None:
    """A docstring may; what is shown may not."""
    names = "|".join(sorted(cli.commands))
    spelled = []
    for name, tree in MODULES:
        documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in documented or name in NOT_FOR_PEOPLE:
                continue
            if re.search(rf"\bbaocao ({names})\b", str(node.value)):
                spelled.append(f"{name}:{node.lineno}: {node.value!r:.80}")
    assert spelled == []


@pytest.mark.parametrize("value", ["lý do", "it's", "a b", "$HOME", "một “hai” 3", "--x", "a;b"])
def test_what_stands_in_a_name_is_one_word_to_the_shell(value: str) -> None:
    typed = hint("rerun", "2025-Q4", unit=value, from_="payloads", accept=True, form=None, reason="")
    assert shlex.split(typed) == ["baocao", "rerun", "2025-Q4", "--unit", value, "--from", "payloads", "--accept"]
