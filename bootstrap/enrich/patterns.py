"""The patterns that a product's name may say (spots, stripes, gingham), as SVG pattern tiles."""


def pattern_tile(pattern: str, name: str, fill: str, light: str, dark: str) -> str:
    """Return an SVG pattern: ``fill`` with figures in ``light``, and in ``dark`` where it takes two.

    Raises
    ------
    KeyError
        If there is no such pattern.
    """
    size, figures, turn = _TILES[pattern]
    ground = "" if fill == "none" else f'<path d="M0 0h{size}v{size}H0z" fill="{fill}"/>'
    figures = figures.replace("LIGHT", light).replace("DARK", dark)
    turned = f' patternTransform="rotate({turn})"' if turn else ""
    return (
        f'<pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse"{turned}>'
        f"{ground}{figures}</pattern>"
    )


_TILES: dict[str, tuple[float, str, int]] = {
    "spots": (5, '<g fill="LIGHT"><circle cx="1.3" cy="1.3" r="1.05"/><circle cx="3.8" cy="3.8" r="1.05"/></g>', 0),
    "stripes": (4, '<path d="M0 0h2v4H0z" fill="LIGHT"/>', 0),
    "gingham": (
        4,
        '<g fill="LIGHT" fill-opacity=".55"><path d="M0 0h4v2H0z"/><path d="M0 0h2v4H0z"/></g>',
        0,
    ),
    "hearts": (7, '<path d="M3.5 2.3C4.4.8 6.8 2.3 3.5 5 .2 2.3 2.6.8 3.5 2.3z" fill="LIGHT"/>', 0),
    "stars": (7, '<path d="M3.5 1l.8 1.7 1.8.2-1.3 1.3.3 1.8-1.6-.9-1.6.9.3-1.8-1.3-1.3 1.8-.2z" fill="LIGHT"/>', 0),
    "flowers": (
        7,
        '<g fill="LIGHT"><circle cx="3.5" cy="2.2" r="1.05"/><circle cx="4.8" cy="3.2" r="1.05"/>'
        '<circle cx="4.3" cy="4.7" r="1.05"/><circle cx="2.7" cy="4.7" r="1.05"/>'
        '<circle cx="2.2" cy="3.2" r="1.05"/></g><circle cx="3.5" cy="3.6" r=".85" fill="DARK"/>',
        0,
    ),
    "zigzag": (5, '<path d="M0 1.5l2.5 2.2L5 1.5" fill="none" stroke="LIGHT" stroke-width="1.1"/>', 0),
    "diamonds": (
        4.5,
        '<path d="M0 0h2.250v2.250H0zM2.25 2.250h2.250v2.250H2.250z" fill="LIGHT" fill-opacity=".6"/>',
        45,
    ),
    "flag": (
        12,
        '<path d="M0 0h12v12H0z" fill="#30539c"/><path d="M0 0l12 12M12 0L0 12" stroke="#fff" stroke-width="2.4"/>'
        '<path d="M0 0l12 12M12 0L0 12" stroke="#d0343c" stroke-width=".9"/>'
        '<path d="M6 0v12M0 6h12" stroke="#fff" stroke-width="3.6"/>'
        '<path d="M6 0v12M0 6h12" stroke="#d0343c" stroke-width="2"/>',
        0,
    ),
}
