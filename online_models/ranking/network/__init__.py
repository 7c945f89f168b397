"""A small network beside the linear ranker, and the guard that says when its order is served."""
