"""Keep each night's figures, plan evaluations and write their reports."""
