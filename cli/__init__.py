"""The command `baocao`: which commands there are, and their options."""
