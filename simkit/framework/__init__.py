"""What an authority writes: the YAML source, its rules, its layers, and the framework they make.

It is the ground of the other packages, so what all of them stand on is here too: how problems and values
speak (``problem``, ``words``, ``displayed``), how functions look at their arguments (``asked``), commands
(``command``), names of files (``places``), and how far work has come (``progress``).
"""
