"""What an authority writes: the YAML source, its rules, its layers, and the framework they make."""
