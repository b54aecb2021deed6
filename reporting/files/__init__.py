"""From records to a checked form in files."""
