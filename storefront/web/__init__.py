"""Routes, one package a feature."""
