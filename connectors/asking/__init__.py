"""Asking over HTTP: connection, sign-in, pace, pages, resuming."""
