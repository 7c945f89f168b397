"""Models that were tried beside those of the product: what the hybrid gains by each of them."""
