"""Learning to rank: features, the linear ranker, its fallback, the click model, live quality."""
