from tests.storefront.accounts.conftest import ann as ann
