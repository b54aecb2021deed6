"""Checks of collected records."""
