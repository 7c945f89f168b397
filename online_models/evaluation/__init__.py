"""How good recommendations are, measured on streams of events: protocols, metrics, intervals. No files, no clock."""
