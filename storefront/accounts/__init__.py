"""Accounts: who has one, who is signed in and where, what they declared, and how they take it all away."""
