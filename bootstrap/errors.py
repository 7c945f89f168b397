"""What can go wrong in a bootstrap, named for what the operator does next."""


class BootstrapError(Exception):
    """The bootstrap stopped. The message says why in plain words; what was served before is still served."""


class UnusableFile(BootstrapError):
    """The file cannot be read, lacks a needed column, or has too few usable rows. Correct the file or the mapping."""


class PublishFailed(BootstrapError):
    """Redis did not take the new version whole. The old version is served as before; run again."""


class HistoryFailed(BootstrapError):
    """Kafka did not take all events in time. Run again: it goes on where this run stopped."""


class MissingArtwork(BootstrapError):
    """The icon set is not where it belongs. Run the set-up."""
