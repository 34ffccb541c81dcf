"""An application that does not know this pattern: hash ids, a stock env.py, and files that people have."""
