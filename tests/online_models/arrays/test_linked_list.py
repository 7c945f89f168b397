"""Rings of nodes: whose is the newest, and what a broken one looks like."""

import numpy as np
import pytest

from online_models.arrays.linked_list import are_chained, push, unlink
from online_models.arrays.types import Indices


class Rings:
    def __init__(self, keys: int, nodes: int) -> None:
        self.heads = np.full(keys, -1, np.int32)
        self.older, self.newer = np.zeros((2, nodes), np.int32)
        self.keys = np.full(nodes, -1, np.int32)

    def push(self, key: int, *nodes: int) -> None:
        for node in nodes:
            push(self.heads, self.older, self.newer, key, node)
            self.keys[node] = key

    def unlink(self, node: int) -> None:
        unlink(self.heads, self.older, self.newer, int(self.keys[node]), node)
        self.keys[node] = -1

    def walked(self, key: int, links: Indices) -> list[int]:
        head = node = int(self.heads[key])
        nodes: list[int] = []
        while node >= 0 and not (nodes and node == head):
            nodes.append(node)
            node = int(links[node])
        return nodes

    @property
    def whole(self) -> bool:
        return are_chained(self.heads, self.older, self.keys)


def test_a_ring_leads_from_the_newest_to_the_oldest_and_round_again() -> None:
    rings = Rings(keys=2, nodes=6)
    rings.push(0, 3, 1, 5)
    rings.push(1, 4)
    assert rings.walked(0, rings.older) == [5, 1, 3]
    assert rings.walked(0, rings.newer) == [5, 3, 1]
    assert rings.walked(1, rings.older) == [4]
    assert rings.whole


@pytest.mark.parametrize(("gone", "left"), [(3, [5, 1]), (1, [5, 3]), (5, [1, 3])])
def test_a_node_can_leave_from_anywhere(gone: int, left: list[int]) -> None:
    rings = Rings(keys=1, nodes=6)
    rings.push(0, 3, 1, 5)
    rings.unlink(gone)
    assert rings.walked(0, rings.older) == left
    assert rings.whole


def test_a_ring_can_become_empty_and_begin_again() -> None:
    rings = Rings(keys=1, nodes=2)
    rings.push(0, 1)
    rings.unlink(1)
    assert rings.heads[0] == -1
    assert rings.whole
    rings.push(0, 0)
    assert rings.walked(0, rings.older) == [0]


def test_broken_rings_are_told() -> None:
    def a_ring() -> Rings:
        rings = Rings(keys=2, nodes=4)
        rings.push(0, 0, 1, 2)
        return rings

    for node, link in ((0, 0), (0, 3), (0, 9), (1, 2), (2, -5)):
        rings = a_ring()
        rings.older[node] = link
        assert not rings.whole, (node, link)
    for key, head in ((0, -1), (0, 3), (1, 0), (1, 9), (1, -2)):
        rings = a_ring()
        rings.heads[key] = head
        assert not rings.whole, (key, head)
    for key in (1, 2, -2):
        rings = a_ring()
        rings.keys[1] = key
        assert not rings.whole, key
    empty = Rings(keys=1, nodes=1)
    assert empty.whole
    empty.heads[0] = 0
    assert not empty.whole
