"""The rules: their ``registry``, the ``context`` they look at, and a module for each family or part."""
