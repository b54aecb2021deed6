"""The second factor: a code of six digits from a telephone (TOTP), each good for one sign-in."""

import hmac
from datetime import datetime
from typing import Final

import pyotp
import segno
from markupsafe import Markup

ISSUER: Final = "baocao"
STEPS_AROUND: Final = (-1, 0, 1)
"""A telephone's clock may be half a minute off."""


def make_secret() -> str:
    return pyotp.random_base32()


def find_step(secret: str, code: str, at: datetime) -> int | None:
    """The time step a code is of; None where it is none of now."""
    totp = pyotp.TOTP(secret)
    digits = "".join(code.split())
    now = totp.timecode(at)
    steps = [now + around for around in STEPS_AROUND]
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits)), None)


def draw_secret(secret: str, person_code: str) -> Markup:
    """The square a telephone reads, as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=person_code, issuer_name=ISSUER)
    return Markup(segno.make(address, micro=False).svg_inline(scale=5, light="#fff"))  # noqa: S704 - drawn here, of no text


def print_secret(secret: str) -> str:
    """In groups of four, for whoever types it in."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
