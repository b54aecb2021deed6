"""The vocabulary of the report and everything below the flows."""
