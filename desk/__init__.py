"""The browser's door: one module a page, over what `reporting/` does. Nothing here counts, checks or fills."""
