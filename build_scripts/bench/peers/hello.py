"""Prints one line: the least that a frozen program can do."""

print("hello")
