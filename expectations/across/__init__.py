"""Checks that hold two things against each other: systems, sources, units, periods."""
