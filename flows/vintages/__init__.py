"""Kept vintages: made, made again, shown, held against each other."""
