"""The plot of runs: what it shows, who reads it, who paints it, and what a person does with it."""
