"""What follows from counting definitions alone."""

import pytest

from baocao.catalogue import Catalogue, Count
from expectations.form.definitions import are_disjoint, is_exact_cover, is_subset, partition, tightest


def count(**where: object) -> Count:
    missing = where.pop("missing", {})
    distinct = where.pop("distinct", None)
    return Count.model_validate(
        {"records": "dossiers", "date_field": "received_at", "where": where, "missing": missing, "distinct": distinct}
    )


FULL, PARTIAL = count(service_level=["full"]), count(service_level=["partial"])
BOTH = count(service_level=["full", "partial"])
ONLINE = count(service_level=["full", "partial"], channel=["online"], missing={"channel": "in_person"})
ACCEPTED = count(service_level=["full"], status={"not": ["registered", "refused"]})


@pytest.mark.parametrize(
    ("inner", "outer", "holds"),
    [
        (FULL, BOTH, True),
        (BOTH, FULL, False),
        (ONLINE, BOTH, True),
        (BOTH, ONLINE, False),
        (ACCEPTED, FULL, True),
        (FULL, ACCEPTED, False),
        (count(status=["done"]), count(status={"not": ["refused"]}), True),
        (count(status=["refused"]), count(status={"not": ["refused"]}), False),
        (count(status={"not": ["refused", "registered"]}), count(status={"not": ["refused"]}), True),
        (count(status={"not": ["refused"]}), count(status=["done"]), False),
        (ONLINE, count(channel=["online"]), False),
        (FULL, FULL.model_copy(update={"date_field": "submitted_at"}), False),
        (FULL, FULL.model_copy(update={"open_at": "end"}), False),
    ],
)
def test_a_subset_is_one_only_where_it_can_be_proved(inner: Count, outer: Count, holds: bool) -> None:
    assert is_subset(inner, outer) is holds


def test_disjoint_needs_one_field_without_a_common_value() -> None:
    assert are_disjoint(FULL, PARTIAL)
    assert not are_disjoint(FULL, BOTH)
    assert not are_disjoint(FULL, count(channel=["online"]))


def test_levels_part_all_dossiers_and_channels_do_not_part_what_does_not_name_them() -> None:
    parts = {"full": FULL, "partial": PARTIAL, "online": ONLINE, "both": BOTH}
    assert set(partition(BOTH, parts)) == {"full", "partial"}
    assert partition(FULL, parts) == ()


def test_different_keys_never_add_up() -> None:
    """A procedure used at both levels is one procedure: its two counts do not add up to it."""

    def keyed(level: list[str]) -> Count:
        return count(service_level=level, distinct="procedure_code")

    parts = {"full": keyed(["full"]), "partial": keyed(["partial"])}
    assert partition(BOTH, parts) == ()


def test_the_tightest_cover_is_taken() -> None:
    wanted = count(
        service_level=["full", "partial"],
        channel=["online"],
        missing={"channel": "in_person"},
        distinct="procedure_code",
    )
    full = count(service_level=["full"], channel=["online"], missing={"channel": "in_person"})
    partial = count(service_level=["partial"], channel=["online"], missing={"channel": "in_person"})
    outers = {"full": full, "partial": partial, "all_full": FULL, "all_partial": PARTIAL}
    assert set(tightest(wanted, outers)) == {"full", "partial"}
    assert is_exact_cover(wanted, [full, partial])
    assert tightest(wanted, {**outers, "both": BOTH}) == ("both",)
    assert tightest(wanted, {"full": full}) == ()
    assert not is_exact_cover(full, [BOTH])


def test_the_shipped_definitions_give_the_relations_an_official_would_name(catalogue: Catalogue) -> None:
    from expectations.registry import rules

    named = {form.form_code: {(r.check, r.cells) for r in rules(form, catalogue)} for form in catalogue.forms.values()}
    assert ("form.total_equals_parts", ("6.3.1", "6.1.2", "6.2.2")) in named["2024-phu-luc-8"]
    assert ("form.distinct_within_count", ("6.1.3", "6.2.3", "6.4.2")) in named["2024-phu-luc-8"]
    assert ("form.distinct_within_count", ("4.2.2", "4.3.2", "4.4.2")) in named["2025-bieu-mau-7"]
    assert ("form.unit_slip", ("4.2.2", "4.2.1", "4.3.2", "4.4.2")) in named["2025-bieu-mau-7"]
