"""Search: queries, filters, personal order, suggestions."""
