"""Family R: references and structure."""
