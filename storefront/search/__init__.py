"""Finding: what visitors type, the index that answers, filters, order, and suggestions while typing."""
