"""Pages, a package a feature: forms in, templates out."""
