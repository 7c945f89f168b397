"""Each feature's templates are in the folder of its name."""

from pathlib import Path

import pytest

from storefront import web

FEATURES = {path.parent.name for path in Path(web.__path__[0]).glob("*/__init__.py")}
TEMPLATES = Path(web.__path__[0]).parent / "templates"


def test_each_folder_of_templates_is_a_feature() -> None:
    assert {path.parent.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")} <= FEATURES


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_each_template_is_used(template: Path) -> None:
    name = template.relative_to(TEMPLATES).as_posix()
    users = [*TEMPLATES.rglob("*.html"), *Path(web.__path__[0]).rglob("*.py")]
    assert any(f'"{name}"' in user.read_text() for user in users if user != template)
