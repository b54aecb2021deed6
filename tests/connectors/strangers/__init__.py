"""Source systems written from public interface descriptions only, so that they share no assumption with the connectors."""
