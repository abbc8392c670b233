"""What the census doesn't hold: contacts, visits, who is allocated from when to when, and workers."""
