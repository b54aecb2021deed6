"""Forms somebody filled by hand."""
