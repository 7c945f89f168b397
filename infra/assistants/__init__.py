"""``riverfront mcp``: what an assistant may ask a shop, by the Model Context Protocol."""
