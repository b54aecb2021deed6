"""Reading files: formats, hostile documents, annotated copies."""
