"""A project as a package: what a handler reaches in it is guarded too."""
