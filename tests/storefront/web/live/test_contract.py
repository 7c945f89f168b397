"""What the pages and the shop share is written once."""

import re

import pytest

from storefront.web.live.contract import MODULE, build_module

SCRIPTS = sorted(path for path in MODULE.parent.glob("*.js") if path != MODULE)
EXPORTS = dict(re.findall(r"^export const (\w+) = (.+);$", MODULE.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_module_of_the_pages_is_the_one_that_the_shop_would_write() -> None:
    assert MODULE.read_text(encoding="utf-8") == build_module(), "run `python -m storefront.web.live.contract`"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.name))
def test_scripts_name_nothing_that_the_contract_has_a_constant_for(script: str) -> None:
    names = set(re.findall(r"'(\w+_\w+)'", MODULE.parent.joinpath(script).read_text(encoding="utf-8")))
    assert names & {value.strip("'") for value in EXPORTS.values()} == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.name))
def test_scripts_import_what_the_contract_exports(script: str) -> None:
    text = MODULE.parent.joinpath(script).read_text(encoding="utf-8")
    for imported in re.findall(r"import \{([^}]+)\} from './contract.js'", text):
        assert set(re.findall(r"\w+", imported)) <= EXPORTS.keys()
