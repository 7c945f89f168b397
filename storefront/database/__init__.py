"""SQLite or PostgreSQL: tables, migrations, the one way to connect."""
