"""What the TypeScript client is made and checked with, for the tests: installed by npm into the client's own folder."""

from infra.setup.clone import Clone
from infra.setup.step import Step
from infra.setup.web_assets import install_npm_packages


def step(clone: Clone) -> Step:
    """Return how to get it."""
    folder = clone.typescript_client
    packages, compiler = folder / "package-lock.json", folder / "node_modules" / "typescript"
    made = (compiler, folder / "node_modules" / "openapi-typescript")
    return Step("TypeScript", (packages,), made, lambda _: install_npm_packages(clone, folder))
