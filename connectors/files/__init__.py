"""Tables instead of an API: exports people drop into a folder, SQL views."""
