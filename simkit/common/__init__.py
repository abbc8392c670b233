"""What every other package uses: errors, text, files, progress. It imports nothing else of simkit."""
