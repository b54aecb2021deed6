"""What must hold before release: checks on forms, figures, records and whole periods.

A check is a record; it runs in Great Expectations in a report's pipeline, in a plain evaluator where a person waits.
"""
