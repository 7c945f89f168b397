"""A recurrent network over the visit's items, trained elsewhere: its weights, its step and its answers."""
