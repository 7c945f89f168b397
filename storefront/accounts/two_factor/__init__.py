"""Two-step verification: codes by time, and recovery codes for whoever has lost the device that makes them."""
