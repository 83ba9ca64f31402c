"""Over the API: agreements, notices to an agency, what is shared with it and what it adds, what it is
asked and asks, with whom a child is not shared."""
