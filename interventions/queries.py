"""The catalogue of help, and who takes part in what."""
