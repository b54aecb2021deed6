"""What all YAML models share: frozen, no unknown keys, secrets by reference only."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict

REFERENCE: Final = r"(env:[A-Z][A-Z0-9_]*|file:.+|prefect:[a-z0-9][a-z0-9-]*)"
"""How a secret is referred to: an environment variable, a file, or a Prefect block of the type Secret."""


def _refuse_more_lines(text: str) -> str:
    if "".join(text.splitlines()) != text:
        raise ValueError("must be one line: it stands in the subject of messages and in the heads of forms")
    return text


OneLine = Annotated[str, AfterValidator(_refuse_more_lines)]
"""Text that is printed where there is one line only."""


class YamlModel(BaseModel):
    """A mapping in a YAML file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
