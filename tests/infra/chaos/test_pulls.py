"""The plan of a storm follows from its seed."""

from infra.chaos.pulls import ROLES, plan_pulls


def test_the_same_seed_pulls_the_same_plugs_at_the_same_times() -> None:
    assert plan_pulls(3, 300) == plan_pulls(3, 300) != plan_pulls(4, 300)


def test_a_storm_reaches_every_role_and_stays_within_its_time() -> None:
    pulls = plan_pulls(1, 300)
    assert {pull.role for pull in pulls} == set(ROLES)
    assert {pull.action for pull in pulls} == {"kill", "freeze", "restart"}
    times = [pull.at for pull in pulls]
    assert times == sorted(times)
    assert 0 < times[0] < times[-1] < 300


def test_only_what_is_frozen_lasts() -> None:
    assert all((pull.seconds > 0) == (pull.action == "freeze") for pull in plan_pulls(2, 300))
