"""Runs axe-core, the W3C's rules as a program, on a page that is open."""

from typing import Any

from playwright.sync_api import Page

from infra.programs.binaries import ROOT

SCRIPT = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (rules) => {
  const { violations } = await axe.run({ runOnly: rules, resultTypes: ['violations'], elementRef: false });
  const places = (nodes) => nodes.map((node) => [node.target.join(' '), node.failureSummary]);
  return violations.map(({ id, help, nodes }) => ({ id, help, nodes: places(nodes) }));
}"""


def faults_of(page: Page) -> list[str]:
    """Return what is wrong with the page as it stands, one line a fault."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(RUN, RULES)
    return [
        f"{fault['id']} ({fault['help']}): {place}: {' '.join(why.split())[:300]}"
        for fault in found
        for place, why in fault["nodes"][:3]
    ]
