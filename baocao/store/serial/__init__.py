"""The exact text of what is kept, and back."""
