"""Latent-factor models and the index that ranks by them."""
