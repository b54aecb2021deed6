"""`baocao form`: a new form from the issuer's blank file: drafted, checked, seen before it is in force."""

import click

from cli.form_check import check
from cli.form_draft import draft
from cli.form_preview import preview


@click.group("form")
def form() -> None:
    """Mẫu mới: thảo từ tệp trắng của nơi ban hành (draft), xem còn thiếu gì (check), xem trước (preview)."""


form.add_command(draft)
form.add_command(check)
form.add_command(preview)
