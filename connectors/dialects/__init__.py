"""One module a dialect: how one system is asked and its answers are read."""
