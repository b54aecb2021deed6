"""Checks of a form and of the figures behind it."""
