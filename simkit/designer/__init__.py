"""The designer: writing, checking, agreeing and publishing a framework in the browser."""
