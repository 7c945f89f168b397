from tests.storefront.database.conftest import database

__all__ = ["database"]
