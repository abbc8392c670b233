"""What any answer says: a report of blocks, and the file that keeps it."""
