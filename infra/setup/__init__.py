"""``make setup``: gets everything the product needs. Standard library only."""
