"""What goes wrong on demand, between a request and its answer."""
