"""From a source to kept payloads and records."""
