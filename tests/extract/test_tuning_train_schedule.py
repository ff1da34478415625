"""Learning rates over a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from penchant.errors import SettingError
from penchant.extract.tuning.recipe import Recipe
from penchant.extract.tuning.schedule import Schedule, check_schedule

FIXED = Recipe(steps=500, warmup=25, horizon=1000, cooldown=100)


def rates(recipe: Recipe, most: int = 0) -> list[float]:
    schedule = Schedule.of(recipe, most)
    return [schedule(step) for step in range(recipe.steps or most)]


def test_falling_warms_up_falls_and_ends_at_nothing() -> None:
    found = rates(FIXED)
    assert found[0] == pytest.approx(1 / 25)
    assert found[24] == max(found) == 1.0
    assert found[25:] == sorted(found[25:], reverse=True)
    assert 0 < found[-1] < 0.01
    assert found[:400] == rates(replace(FIXED, steps=900))[:400], "the end matters in the cool-down only"
    assert rates(replace(FIXED, warmup=0))[0] == 1.0


def test_what_a_recipe_leaves_open_follows_from_the_steps() -> None:
    schedule = Schedule.of(Recipe(steps=900), 0)
    assert (schedule.horizon, schedule.cooldown) == (1000, 200)


@pytest.mark.parametrize("guesses", [[500] * 500, [480 + i % 40 for i in range(600)], [900 - i for i in range(900)]])
def test_a_run_by_time_has_the_rates_of_the_run_by_steps_that_it_becomes(guesses: list[int]) -> None:
    timed = replace(FIXED, steps=None, horizon=None, cooldown=None, minutes=1.0)
    schedule = Schedule.of(timed, 10_000)
    found, step = [], 0
    while step < schedule.steps:
        found.append(schedule(step))
        step += 1
        schedule.expect(step, max(step + 1, guesses[step - 1]), timed)
    assert schedule.settled
    assert found == rates(replace(FIXED, steps=step, horizon=schedule.horizon, cooldown=schedule.cooldown))


@pytest.mark.parametrize("name", ["linear", "cosine", "constant", "constant_with_warmup", "polynomial", "inverse_sqrt"])
def test_schedules_of_transformers(name: str) -> None:
    check_schedule(name)
    found = rates(replace(FIXED, schedule=name))
    assert max(found) == pytest.approx(1.0)
    assert (found[-1] < 0.01) == (name in ("linear", "cosine", "polynomial"))
    timed = Schedule.of(replace(FIXED, steps=None, schedule=name), 10_000)
    timed.expect(25, 500, FIXED)
    timed.expect(26, 300, FIXED)
    assert timed.steps == 500, "settled after the warm-up"


def test_names_that_cannot_be() -> None:
    with pytest.raises(SettingError, match=r"no schedule is called 'sideways'; expected falling, .*cosine"):
        check_schedule("sideways")
    with pytest.raises(SettingError, match="needs more than a recipe says"):
        check_schedule("warmup_stable_decay")
