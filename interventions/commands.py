"""Put services on offer, enrol children, record how the help goes and what changed."""
