"""The executable: the bundle's content and its surroundings; only for `--target=frozen`."""
