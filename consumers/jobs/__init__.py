"""What follows from learning an event: lists to rank, to write and to explain. A queue each, run within a budget."""
