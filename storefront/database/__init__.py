"""What the shop keeps for good: accounts, sign-ins, preferences, orders and reviews, in SQLite or PostgreSQL."""
