"""The forms of a page, as a browser finds them: where each goes, and what is in its fields."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class PageForm:
    """A form that is sent with POST."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class _FormParser(HTMLParser):
    """Collects the forms, and the fields that belong to one by its id."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._open: PageForm | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = PageForm(found.get("action", ""))
            if found.get("method", "").lower() == "post":
                self.forms.append(self._open)
        elif tag in {"input", "select", "textarea", "button"} and self._open is not None and "name" in found:
            self._open.fields.append((found["name"], found.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def forms_of(page: str) -> list[PageForm]:
    """Return the forms of a page that are sent with POST."""
    parser = _FormParser()
    parser.feed(page)
    return parser.forms
