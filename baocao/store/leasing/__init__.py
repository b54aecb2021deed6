"""Who may write about a form, and who may ask a source, now."""
