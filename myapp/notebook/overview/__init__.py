"""The overview of readings: what sums them up, how it is kept in step with them, and how it is read."""
