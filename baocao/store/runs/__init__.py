"""Vintages of forms: collected, counted, checked, finished, found again."""
