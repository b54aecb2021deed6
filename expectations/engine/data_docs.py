"""Great Expectations' own Data Docs of the checks run while a block lasts, for who knows them; nothing is sent out.

The pages name columns, counts and row numbers, never a value of a record. What would ask other hosts for styles,
scripts and a logo is taken out: they are plain, and readable without a network. `checks.html` is the page for officers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expectations.engine.contexts import DOCUMENTED
from expectations.engine.docs_pages import finish_pages

SITE = "baocao"


@contextmanager
def data_docs(folder: Path) -> Iterator[Path]:
    """Give the index page to be; it is there once the block ended well."""
    from expectations.engine.great_engine import open_context

    context = open_context()
    for name in list(context.get_site_names()):
        context.delete_data_docs_site(name)
    context.add_data_docs_site(site_name=SITE, site_config=_site(folder))
    token = DOCUMENTED.set(context)
    try:
        yield folder / "index.html"
    finally:
        DOCUMENTED.reset(token)
    context.build_data_docs()
    kept = context.validation_results_store
    finish_pages(folder, [kept.get(key) for key in kept.list_keys()])


def _site(folder: Path) -> dict[str, object]:
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.absolute())}
    return {
        "class_name": "SiteBuilder",
        "store_backend": store,
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
