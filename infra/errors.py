"""The one family of errors that end a command: something outside stands in the way, and the message says what to do."""


class CannotRun(RuntimeError):
    """The command cannot do its work here. The message is for the user."""
