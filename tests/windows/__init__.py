"""What is special about Windows: files that other programs hold, its consoles, kills, and names."""
