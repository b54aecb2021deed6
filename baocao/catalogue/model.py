"""What all YAML models share: frozen, no unknown keys, secrets by reference only, addresses without passwords."""

import re
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from baocao.catalogue.unseen_signs import MORE_LINES_VI, judge_text
from baocao.written.days import read_day
from baocao.written.errors import WrongValueError
from baocao.written.numbers import read_number

REFERENCE: Final = r"(env:[A-Z][A-Z0-9_]*|file:[^/\s]*/.+|prefect:[a-z0-9][a-z0-9-]*)"
"""How a secret is referred to: an environment variable, a file, or a Prefect block of the type Secret."""
_REFERENCE_FORMS: Final = "env:TÊN_BIẾN, file:/đường/dẫn hoặc prefect:tên-block; không ghi mật khẩu hay mã ở đây"


def matching(pattern: str, says: str) -> AfterValidator:
    """Text of a shape, and what is said of any other: never the pattern, never the text."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise WrongValueError(says)
        return text

    return AfterValidator(check)


def _refuse_more_lines(text: str) -> str:
    says = MORE_LINES_VI if "".join(text.splitlines()) != text else judge_text(text, is_one_line=True)
    if says:
        raise WrongValueError(says)
    return text


OneLine = Annotated[str, AfterValidator(_refuse_more_lines)]
"""Text that is printed where there is one line only."""
Secret = Annotated[str, matching(REFERENCE, f"phải là {_REFERENCE_FORMS}")]
SecretOrNone = Annotated[str, matching(rf"none|{REFERENCE}", f"phải là none hoặc {_REFERENCE_FORMS}")]


Day = Annotated[date, BeforeValidator(read_day)]
"""A day as people write it."""
Number = Annotated[float, BeforeValidator(lambda given: float(read_number(given)))]
"""A limit or a number of seconds, with a decimal comma or point."""


class YamlModel(BaseModel):
    """A mapping in a YAML file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)
