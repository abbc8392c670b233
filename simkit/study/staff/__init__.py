"""What staff a target would need."""
