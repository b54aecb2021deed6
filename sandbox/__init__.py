"""A local server that plays the source systems with generated data whose true figures are known."""
