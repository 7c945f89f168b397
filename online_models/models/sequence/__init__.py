"""Models of sequences: transitions, second-order transitions, repeat consumption."""
