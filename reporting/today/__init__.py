"""What each person owes today."""
