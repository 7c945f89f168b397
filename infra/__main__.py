"""``python -m infra``: the same as ``riverfront``."""

from infra.command import main

if __name__ == "__main__":
    main()
