"""Kept answers as files, by their hash."""
