"""What `make setup` does: get everything that the product needs, once. Standard library only."""
