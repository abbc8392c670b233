"""The SimPy engine, which defines the model."""
