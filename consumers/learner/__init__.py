"""The process that learns every event: its loop, snapshots and wiring."""
