"""Prefect's server and client as a run needs them: found or started, asked, set, left in order."""
