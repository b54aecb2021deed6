"""Code and glossary say the same words: one word for one thing, one thing for one word."""

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache

import pytest

import baocao.domain
from baocao.settings import CHECKOUT_DIR
from baocao.vocabulary import CHECK_CHANGES, FORM_STAGES, OUTCOMES, SEVERITIES, STATUSES

PACKAGES = ("baocao", "cli", "connectors", "desk", "expectations", "flows", "reporting", "sandbox")
GLOSSARY = (CHECKOUT_DIR / "docs" / "glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^\| ([a-z][^|]*?) \|", GLOSSARY, re.MULTILINE)[1:]
NOUNS_IN_ING = {"Listing", "Nesting", "Reading", "Rounding", "Sighting", "Standing", "Timing", "Wording"}
IRREGULAR = {
    "Brought", "Found", "Given", "Held", "Kept", "Known", "Lost", "Made", "Said", "Seen", "Sent", "Shown", "Split",
    "Taken", "Told", "Written",
}  # fmt: skip
GIVEN_UP = {"parcel", "courier", "switchboard", "departure", "utils", "helper", "helpers", "misc"}
NO_MODULE = {"looks", "places", "turns", "common", "base", "manager", "handle", "judged"}
PRINTED = ("CellStatus", "CheckChange", "FormMark", "FormStage", "Outcome", "Severity", "System", "Tier")
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)


@cache
def modules() -> Mapping[str, ast.Module]:
    tracked = subprocess.run(
        ["git", "ls-files", *(f"{package}/*.py" for package in PACKAGES)],
        cwd=CHECKOUT_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = tracked.stdout.split()
    return {path: ast.parse((CHECKOUT_DIR / path).read_text(encoding="utf-8")) for path in paths}


def classes() -> Iterator[tuple[str, str]]:
    for path, module in modules().items():
        yield from ((node.name, path) for node in ast.walk(module) if isinstance(node, ast.ClassDef))


@cache
def names() -> frozenset[str]:
    """Every name somebody chose: of modules, classes, functions, arguments, variables, attributes."""
    found: set[str] = set()
    for path, module in modules().items():
        found |= set(path.removesuffix(".py").split("/"))
        for node in ast.walk(module):
            match node:
                case ast.ClassDef() | ast.FunctionDef():
                    found.add(node.name)
                case ast.arg():
                    found.add(node.arg)
                case ast.Name():
                    found.add(node.id)
                case ast.Attribute():
                    found.add(node.attr)
                case ast.Constant(value=str(text)) if re.fullmatch(r"[a-z_]+", text):
                    found.add(text)
    return frozenset(found)


def split_name(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")


@cache
def parts() -> frozenset[str]:
    return frozenset(part for name in names() for part in split_name(name))


def test_no_two_classes_of_the_product_have_one_name() -> None:
    found = defaultdict(list)
    for name, path in classes():
        found[name].append(path)
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


def test_a_class_is_a_noun_and_no_bare_participle() -> None:
    words = {name.strip("_"): path for name, path in classes() if len(split_name(name)) == 1}
    participles = {name for name in words if name in IRREGULAR or re.search(r"[a-z](ed|ing)$", name)}
    assert {name: words[name] for name in participles - NOUNS_IN_ING} == {}


def test_a_word_that_was_given_up_is_not_in_any_name() -> None:
    assert sorted(parts() & GIVEN_UP) == []
    assert [path for path in modules() if path.removesuffix(".py").rpartition("/")[2] in NO_MODULE] == []


@pytest.mark.parametrize("term", TERMS)
def test_every_term_of_the_glossary_is_a_word_of_the_code(term: str) -> None:
    word = re.sub(r" \(.*\)", "", term).lower()
    joined = re.sub(r"[^a-z]", "", word)
    whole = {name.replace("_", "").lower() for name in names()}
    assert set(re.findall(r"[a-z]+", word)) <= parts() or any(joined in name for name in whole)


def test_every_type_of_the_domain_has_its_entry() -> None:
    types = [node for path, tree in modules().items() if path.startswith("baocao/domain/") for node in tree.body]
    heads = {split_name(node.name)[-1] for node in types if isinstance(node, ast.ClassDef)}
    entries = {word for term in TERMS for word in re.findall(r"[a-z]+", term.lower())}
    assert heads - entries - {"result"} == set()


def test_every_printed_value_stands_in_the_glossary_with_its_word() -> None:
    told = re.sub(r"\s+", " ", GLOSSARY)
    printed: tuple[Mapping[StrEnum, str], ...] = (STATUSES, FORM_STAGES, CHECK_CHANGES, OUTCOMES, SEVERITIES)  # type: ignore[assignment]
    for values in printed:
        for value, word in values.items():
            assert f"{value.value} ({word})" in told
    assert set(FORM_STAGES) == set(baocao.domain.FormStage)


def test_the_words_of_a_value_stand_in_the_vocabulary_alone() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, module in modules().items()
        if path != "baocao/vocabulary.py"
        for node in ast.walk(module)
        if isinstance(node, ast.Dict) and _prints_values(node)
    ]
    assert found == []


def _prints_values(node: ast.Dict) -> bool:
    """Whether a table gives values that have their word in the vocabulary another Vietnamese word of one or two."""
    return any(
        isinstance(key, ast.Attribute)
        and isinstance(key.value, ast.Name)
        and key.value.id in PRINTED
        and isinstance(value, ast.Constant)
        and isinstance(value.value, str)
        and bool(VIETNAMESE.search(value.value))
        and "baocao " not in value.value
        and key.value.id != "FormStage"
        for key, value in zip(node.keys, node.values, strict=True)
    )
