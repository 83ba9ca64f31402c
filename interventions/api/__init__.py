"""Over the API: the services on offer, and one share with the help in it."""
