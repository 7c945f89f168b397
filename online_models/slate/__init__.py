"""From scored candidates to the list that is shown: diversity, variety, cold start, reasons."""
