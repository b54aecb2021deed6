"""The database itself: address, engines, schema, accounts, snapshots."""
