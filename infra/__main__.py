"""``python -m infra``: the same as ``riverfront``."""

from infra.cli.main import main

if __name__ == "__main__":
    main()
