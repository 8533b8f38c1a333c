"""The version of the package, in one place: metadata, command line and every file say it."""

__version__ = "0.2.0"
