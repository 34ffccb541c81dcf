"""Documents in files: creates, opens, upgrades, backs up and restores them; knows no measurements."""
