"""Faults during an upgrade, a restore, an import or a creation: each leaves the old or the new document."""
