"""Over the API: notices to an agency, what is shared with it and what it adds, what it is asked."""
