"""Tests of the plot."""
