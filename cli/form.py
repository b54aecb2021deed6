"""`baocao form`: a new form from the issuer's blank file, and the blank file a unit is given to fill."""

import click

from cli.form_blank import blank
from cli.form_check import check
from cli.form_draft import draft
from cli.form_preview import preview


@click.group("form")
def form() -> None:
    """Mẫu mới: thảo từ tệp trắng của nơi ban hành (draft, check, preview); tệp trống cho đơn vị điền (blank)."""


form.add_command(draft)
form.add_command(check)
form.add_command(preview)
form.add_command(blank)
