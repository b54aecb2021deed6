"""Rich's console, but that a reader who went away is told to whoever ends the command."""

from rich.console import Console

from baocao.errors import ReaderGoneError


class PipedConsole(Console):
    """Raises ReaderGoneError where Rich itself would end the process with 1, and click too."""

    def on_broken_pipe(self) -> None:
        raise ReaderGoneError
