"""Real servers and real processes: slow to start, so the tests of a module look at the same few runs."""
