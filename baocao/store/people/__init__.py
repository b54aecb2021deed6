"""People in the store: their accounts, their sign-ins, and the journal of what they did."""
