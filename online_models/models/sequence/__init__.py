"""Models of what follows what: sequential rules, second-order rules, repeat consumption."""
