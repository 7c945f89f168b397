"""Changing the catalog: what a shop says of its products, checked, and written to Kafka."""
