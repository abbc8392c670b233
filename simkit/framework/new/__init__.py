"""New framework files: the template, the file made from answers, and the questions."""
