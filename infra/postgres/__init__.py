"""PostgreSQL for tests, where no container engine answers."""
