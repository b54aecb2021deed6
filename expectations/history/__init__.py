"""Checks against earlier periods and the peers."""
