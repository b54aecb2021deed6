"""Rules tried: the clear cases by Great Expectations, or by the plain evaluator where a person waits."""
