"""The window: documents as a person opens them on a desktop. The only package that imports Qt."""
