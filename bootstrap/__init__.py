"""The batch that comes first: clean a catalogue, tag it, index it, publish it, back-fill its history."""
