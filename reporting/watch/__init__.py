"""What is missing or wrong, and who is told."""
