"""The pages to look around in: front page, shelves, products."""
