"""Accounts: sign-up, sign-in, passwords, declared preferences, export and deletion."""
