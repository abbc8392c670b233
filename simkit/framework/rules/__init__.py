"""The rules of the check: ``registry`` holds them, each other module is a family or a part of one."""
