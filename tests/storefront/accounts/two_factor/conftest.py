from tests.storefront.database.conftest import database as database
