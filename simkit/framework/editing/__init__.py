"""Texts of frameworks for an interface: their fields, what can stand where, and the smallest change."""
