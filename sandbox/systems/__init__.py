"""The played systems, one module each."""
