"""The log of what runs: lines of named fields, nothing personal."""
