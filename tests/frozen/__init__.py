"""The executable itself: what is in the bundle, and what it withstands; only for `--target=frozen`."""
