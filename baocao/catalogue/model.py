"""What all YAML models share: frozen, no unknown keys."""

from pydantic import BaseModel, ConfigDict


class YamlModel(BaseModel):
    """A mapping in a YAML file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
