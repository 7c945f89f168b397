from tests.storefront.accounts.conftest import ann as ann
from tests.storefront.database.conftest import database as database
