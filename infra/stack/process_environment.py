"""Which variables each process of the product is given: those that its own settings are read from.

So a learner has no key of the cookies, and a storefront no password that is the supervisor's.
"""

from collections.abc import Mapping

from bootstrap.settings import BootstrapSettings
from connections.environment import FILE, EnvironmentSettings, variables
from consumers.settings import ConsumerSettings
from infra.programs.environment import inherited
from infra.stack.settings import StackSettings
from storefront.settings import StorefrontSettings
from training.settings import TrainingSettings

SETTINGS: Mapping[str, tuple[type[EnvironmentSettings], ...]] = {
    "storefront": (StorefrontSettings,),
    "consumers": (ConsumerSettings,),
    "training": (TrainingSettings,),
    # `riverfront bootstrap` and `riverfront simulate`.
    "infra": (StackSettings, BootstrapSettings),
}
FURTHER: Mapping[str, tuple[str, ...]] = {"storefront": ("PG", "GUNICORN_")}
"""How further variables begin that a module's libraries read: PostgreSQL's client has its certificates by them."""


def process_environment(module: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the part of an environment with which ``python -m module`` runs."""
    names = {name for settings in SETTINGS[module] for name in variables(settings)}
    return inherited(environment, names.union(name + FILE for name in names), FURTHER.get(module, ()))
