"""Accounts, sign-in, sessions: who somebody is, proved, before any page asks what they may do."""
