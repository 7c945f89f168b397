"""Reading a shop's raw material: catalog and history files, the demo's order lines."""
