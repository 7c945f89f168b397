"""What trains the neural model is in a folder of its own, and agrees with the packages beside it."""

import re
from pathlib import Path

from infra.setup.clone import Clone
from infra.setup.python_packages import training_step
from infra.setup.step import run_all
from infra.setup.uv import Uv

LOCKS = Path(__file__).parents[3] / "locks"


class NotedUv(Uv):
    """Notes what it would install."""

    def __init__(self, clone: Clone) -> None:
        super().__init__(clone)
        self.installed: list[tuple[Path, Path]] = []

    def install_folder(self, lock: Path, folder: Path) -> None:
        self.installed.append((lock, folder))
        (folder / "tensorflow").mkdir(parents=True)


def versions_of(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ]+)", (LOCKS / lock).read_text(encoding="utf-8"), re.MULTILINE))


def test_it_is_installed_once_in_place_of_what_was_there(tmp_path: Path) -> None:
    clone = Clone(tmp_path)
    clone.lock("training").parent.mkdir()
    clone.lock("training").write_text("one==1\n")
    left_over = clone.tools / "training" / "one"
    left_over.mkdir(parents=True)
    uv = NotedUv(clone)
    for _ in range(2):
        run_all([training_step(clone, uv)], clone)
    assert uv.installed == [(clone.lock("training"), clone.tools / "training")]
    assert not left_over.exists()
    clone.lock("training").write_text("one==2\n")
    run_all([training_step(clone, uv)], clone)
    assert len(uv.installed) == 2


def test_its_versions_are_those_of_the_packages_that_it_has_beside_it() -> None:
    training, beside = versions_of("training.lock"), versions_of("dev.lock")
    assert {"tensorflow-cpu", "keras", "numpy"} <= training.keys()
    assert {name: training[name] for name in training.keys() & beside} == {
        name: beside[name] for name in training.keys() & beside
    }
    assert "tensorflow" not in "".join(versions_of("runtime.lock"))
