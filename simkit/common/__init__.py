"""Under every other room: errors, text, files, progress. It imports nothing else of simkit."""
