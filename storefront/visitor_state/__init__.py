"""Who visits, and what is kept for them."""
