"""Many frameworks and scenarios, run in pieces that can be resumed."""
