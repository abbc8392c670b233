"""The SimPy engine, the definition of the model."""
