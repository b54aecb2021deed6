"""A text file that grows by each message: for a province whose own tool reads it, and as the last resort."""

import os
from dataclasses import dataclass
from pathlib import Path

from baocao.private_files import make_private_dir, open_private, share_below
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
            make_private_dir(self.path.parent)
            is_new = not self.path.exists()
            with open(self.path, "a", encoding="utf-8", opener=open_private) as file:
                file.write(said)
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                share_below(self.path, self.path.parent)
        except OSError as error:
            raise ChannelFailedError(self.name, f"không ghi được tệp {self.path}: {error.strerror}") from error
