"""The figures of an area, and what evaluations found."""
