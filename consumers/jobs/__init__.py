"""What a change sets going: lists to rank, to write and to explain."""
