"""What all YAML models share: frozen, no unknown keys, secrets by reference only."""

from typing import Final

from pydantic import BaseModel, ConfigDict

REFERENCE: Final = r"(env:[A-Z][A-Z0-9_]*|file:.+|prefect:[a-z0-9][a-z0-9-]*)"
"""How a secret is referred to: an environment variable, a file, or a Prefect block of the type Secret."""


class YamlModel(BaseModel):
    """A mapping in a YAML file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
