"""Records of the topics of events, as any producer may write them."""
