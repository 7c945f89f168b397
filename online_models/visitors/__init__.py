"""Who the visitors are, what each did lately and what they declared."""
