"""Health and metrics for whoever watches over the installation."""
