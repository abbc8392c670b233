"""Runs and own returns in the designer: what needs numpy, and so is loaded when it is first asked for."""
