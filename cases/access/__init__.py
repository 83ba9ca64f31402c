"""Who may see a child. `scope` reads and is open to all; `grants` writes and is protected."""
