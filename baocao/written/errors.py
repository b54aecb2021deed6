"""What a reader says of a value that cannot be meant."""


class WrongValueError(ValueError):
    """The text, in Vietnamese, says what to write instead."""


class WrongPlacesError(ValueError):
    """Several mistakes below one place of a file: where each stands, and what is wrong."""

    def __init__(self, mistakes: list[tuple[tuple[str | int, ...], str]]) -> None:
        super().__init__("; ".join(": ".join((".".join(map(str, place)), says)) for place, says in mistakes))
        self.mistakes = tuple(mistakes)


def refuse_places(mistakes: list[tuple[tuple[str | int, ...], str]]) -> None:
    """Raise WrongPlacesError where there are any."""
    if mistakes:
        raise WrongPlacesError(mistakes)
