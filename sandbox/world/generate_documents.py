"""Draws a unit's documents: so many out, so many wholly electronic, and those that come in."""

from random import Random

from sandbox.world.ledger import Document, LedgerUnit, SendingForm
from sandbox.world.periods import DAY_S, local_day
from sandbox.world.plans import DocumentPlan

_SHORT_OF_IT: tuple[tuple[SendingForm, bool | None], ...] = (
    (SendingForm.BOTH, True),
    (SendingForm.ELECTRONIC, False),
    (SendingForm.PAPER, None),
    (SendingForm.PAPER, False),
    (SendingForm.ELECTRONIC, None),
)


def draw_documents(
    unit: LedgerUnit, days: tuple[int, int], plan: DocumentPlan, rng: Random, sequence: int
) -> list[Document]:
    """Documents of one stretch, `days` being its first second and its number of days; ids go on from `sequence`."""
    kinds: list[tuple[bool, SendingForm, bool | None, str]] = []
    kinds += [(True, SendingForm.ELECTRONIC, True, "Thường")] * plan.electronic
    kinds += [(True, *_SHORT_OF_IT[i % 5], "Thường") for i in range(plan.outgoing - plan.electronic)]
    kinds += [(True, *_confidential(i)) for i in range(plan.confidential)]
    kinds += [(False, *_incoming(i)) for i in range(plan.incoming)]
    moments = sorted(_draw_moment(days, rng) for _ in kinds)
    rng.shuffle(kinds)
    return [
        Document(sequence + place, unit, outgoing, at, local_day(at), sending, signed, secrecy)
        for place, (at, (outgoing, sending, signed, secrecy)) in enumerate(zip(moments, kinds, strict=True), start=1)
    ]


def _confidential(place: int) -> tuple[SendingForm, bool | None, str]:
    """Some are marked electronic and signed, and still stay out of the ratio."""
    sending = SendingForm.ELECTRONIC if place % 3 == 0 else SendingForm.PAPER
    return sending, place % 3 == 0, "Mật" if place % 7 else "Tối mật"


def _incoming(place: int) -> tuple[SendingForm, bool | None, str]:
    return SendingForm.ELECTRONIC if place % 6 else SendingForm.PAPER, (True, True, None)[place % 3], "Thường"


def _draw_moment(days: tuple[int, int], rng: Random) -> int:
    """Working hours of any day, the first and the last included."""
    return days[0] + int(rng.random() * days[1]) * DAY_S + 27_000 + int(rng.random() * 34_000)
