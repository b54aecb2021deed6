"""Slips a tired engineer makes, each with the test that notices it: `make mutations` plants them one by one."""
