"""Home, categories, products, and their lists."""
