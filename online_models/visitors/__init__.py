"""The visitors: interaction histories, declared preferences, tombstones."""
