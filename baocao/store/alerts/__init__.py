"""Incidents, and the messages that wait to be sent."""
