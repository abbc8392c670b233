"""How an answer looks: terminal, HTML, Excel, Word, notebook, report page."""
