"""Attacks run against the shop that the storefront's own tests start."""

from tests.storefront.conftest import app as app
from tests.storefront.conftest import app_clock as app_clock
from tests.storefront.conftest import app_config as app_config
from tests.storefront.conftest import catalog as catalog
from tests.storefront.conftest import client as client
from tests.storefront.conftest import letters as letters
from tests.storefront.conftest import publisher as publisher
from tests.storefront.conftest import pytest_runtest_makereport as pytest_runtest_makereport
from tests.storefront.conftest import reader as reader
from tests.storefront.conftest import settings as settings
from tests.storefront.conftest import shop as shop
