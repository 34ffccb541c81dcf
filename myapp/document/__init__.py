"""The life of one file: classify, create, open, upgrade, back up, restore; knows no measurements."""
