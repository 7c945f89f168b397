"""From scored candidates to the list that is shown: diversity, cold start, reasons."""
