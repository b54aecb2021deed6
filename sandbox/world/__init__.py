"""The invented province: plans, ledger, truth."""
