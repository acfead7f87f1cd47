"""村级受理: the application, until it is accepted, refused or withdrawn."""
