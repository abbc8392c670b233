"""An authority's own returns, read on its own machine: what is kept of them are counts.

A file is read into ``Records`` (dates and running numbers, in memory only), these are counted, and what
the counts may show is worked out once, in ``disclosure``. Nothing here opens a connection or writes a file.
"""
