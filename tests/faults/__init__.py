"""Faults during an upgrade, a restore, an import, a new document: each leaves the old or the new one."""
