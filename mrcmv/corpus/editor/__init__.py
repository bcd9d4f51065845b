"""The editor: lays a voice over a take's sound and sets the levels (`laying`)."""
