"""A text file that grows by each message: for a province whose own tool reads it, and as the last resort."""

import os
from dataclasses import dataclass
from pathlib import Path

from reporting.delivery.errors import ChannelFailedError
from reporting.delivery.rendering import RenderedMessage

END = "=" * 60


@dataclass(frozen=True)
class FileSender:
    """Appends to one file; what it says has reached the disk."""

    name: str
    path: Path

    def send(self, message: RenderedMessage) -> None:
        said = f"{message.subject}\nMã thông báo: {message.token}\n\n{message.text}\n{END}\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(said)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ChannelFailedError(self.name, f"không ghi được tệp {self.path}: {error.strerror}") from error
