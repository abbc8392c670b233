"""One module or folder for each kind of answer: its report, data, tables and figure."""
