"""The public corpus of right, wrong and ambiguous forms, and the findings each must give."""
