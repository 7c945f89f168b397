"""The pages that show products, and their lists."""
