"""For those who run the shop: figures, metrics, health."""
