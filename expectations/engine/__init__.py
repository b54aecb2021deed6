"""Rules tried: the clear cases by Great Expectations."""
