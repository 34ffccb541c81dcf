"""The least that a frozen program can do: one line."""

print("hello")
