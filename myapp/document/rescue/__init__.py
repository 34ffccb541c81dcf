"""Rescues what is sound in a damaged document into a new one."""
