"""``python -m simkit``: the command line where the ``simkit`` command can't be used."""

from simkit.cli import main

if __name__ == "__main__":
    main()
