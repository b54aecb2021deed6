"""Checks outside a run: a form filled by hand, a kept vintage, the whole province."""
