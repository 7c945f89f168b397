"""Beyond accuracy: how lists differ, from each other and in themselves, and whom they suit."""
