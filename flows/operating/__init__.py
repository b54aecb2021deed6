"""Putting the deployments up, and running them on one machine."""
