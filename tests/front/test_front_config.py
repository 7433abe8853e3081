"""``hemrunda.toml``: defaults without a file, minutes for seconds, and every fault at once."""

import pytest

from data.errors import SettingsError
from data.rules import Rules
from hemrunda.config import Config, load
from routing.engine.weights import PRESETS, RoundWeights


def write(tmp_path, text):
    path = tmp_path / "hemrunda.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_gives_the_defaults():
    """Nobody should have to write settings before the first run."""
    assert load(None) == Config()


def test_empty_file_is_valid(tmp_path):
    """An empty file is what a careful user makes first."""
    assert load(write(tmp_path, "")).rules == Rules()


def test_minutes_become_seconds(tmp_path):
    """Planners think in minutes; engines count seconds."""
    rules = load(write(tmp_path, "[rounds]\nbreak_min = 45\nhandover_min = 12.5\n")).rules
    assert rules.rounds.break_s == 45 * 60
    assert rules.rounds.handover_s == 750


def test_tables_are_laid_over_the_defaults(tmp_path):
    """Naming one clash limit must not remove the others."""
    rules = load(write(tmp_path, "[rounds]\nclash_limits = { shower = 1 }\n")).rules
    assert rules.rounds.clash_limits["shower"] == 1
    assert rules.rounds.clash_limits["cleaning"] == Rules().rounds.clash_limits["cleaning"]


def test_preset_gives_the_source_documents_bounds(tmp_path):
    """Lund asks for 15–18 clients a team (LU-32), Malmö for 20–35 (MA-10)."""
    lund = load(write(tmp_path, '[general]\npreset = "lund"\n')).rules.teams
    malmo = load(write(tmp_path, '[general]\npreset = "malmo"\n')).rules.teams
    assert (lund.clients_min, lund.clients_max) == (15, 18)
    assert (malmo.clients_min, malmo.clients_max) == (20, 35)


def test_target_follows_bounds_that_move(tmp_path):
    """Who narrows the bounds should not have to know that a target exists."""
    teams = load(write(tmp_path, "[teams]\nclients_min = 30\n")).rules.teams
    assert teams.clients_target == 30


def test_all_faults_come_at_once_and_name_the_nearest_key(tmp_path):
    """One round of corrections, not five."""
    text = "[rounds]\nbreak_mins = 30\n[teams]\nclients_min = -1\n[genral]\nname = 1\n"
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, text))
    message = str(caught.value)
    assert "menade du break_min?" in message
    assert "clients_min" in message
    assert "menade du general?" in message


@pytest.mark.parametrize(
    "text",
    ["teams = 3\n", "[prices]\nunplanned = { 1 = 1e400 }\n", "[prices]\nunplanned = { 1 = nan }\n",
     "[rounds]\nbreak_min = 99999999999999999999\n", "[travel]\nbike_kmh = inf\n"],
)  # fmt: skip
def test_what_is_no_table_or_no_finite_number_is_told(tmp_path, text):
    """Found by fuzzing: a section that is a number, and numbers without an end."""
    with pytest.raises(SettingsError, match=r"ska vara en tabell|ett tal, högst en miljard"):
        load(write(tmp_path, text))


def test_speeds_are_numbers_that_need_not_be_whole(tmp_path):
    """What if we buy e-bikes, or the town is hilly?"""
    text = "[travel]\nbike_kmh = 12.5\nturn_s = 3\nsignal_s = { car = 20 }\n"
    travel = load(write(tmp_path, text)).travel
    assert (travel.bike_kmh, travel.turn_s) == (12.5, 3.0)
    assert travel.signal_s["car"] == 20.0
    assert travel.signal_s["bike"] == Config().travel.signal_s["bike"]


def test_soft_prices_by_priority(tmp_path):
    """TOML has text keys only; priorities are numbers."""
    soft = load(write(tmp_path, "[soft]\nlate_per_min = 7\nlate_weight = { 1 = 5 }\n")).soft
    assert (soft.late_per_min, soft.late_weight[1], soft.late_weight[2]) == (7, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        "[teams]\nclients_min = 40\n",
        "[rounds]\nhandover_min = 150\n",
        "[prices]\nnew_carer_daily = -1\n",
        "[prices]\nday_off = 20000000\n",
        "[prices]\npreset = 'kontakt'\n",
        "[prices]\npreset = 3\n",
        "[prices]\ntier = { kontakt = 3 }\n",
        "[rounds]\nbreak_min = 0\n",
        "[general]\nmode = 'flyg'\n",
        "[rounds]\nclient_time_band_pct = [70, 65]\n",
        "[contacts]\ncover_model = 'ingen'\n",
        "[teams]\nkeep_buildings = 1\n",
        "[travel]\nbike_kmh = 0\n",
        "[travel]\nbike_kmh = 'snabbt'\n",
        "[soft]\nlate_weight = { hög = 5 }\n",
        "[soft]\nlate_per_min = 2000000\n",
        "inte toml",
    ],
)
def test_unusable_values_are_refused(tmp_path, text):
    """A setting that cannot be kept must not be half kept."""
    with pytest.raises(SettingsError):
        load(write(tmp_path, text))


def test_soft_rules_have_their_place_in_the_settings(tmp_path):
    """Minutes become seconds, overtime is two hours at most by default, a misspelt key is named."""
    path = tmp_path / "hemrunda.toml"
    path.write_text(
        "[soft]\novertime_max_min = 45\nsuggest = true\nwish_pct = 20\nlate_weight = { 1 = 5 }\n",
        encoding="utf-8",
    )
    soft = load(path).soft
    assert (soft.overtime_max_s, soft.suggest, soft.wish_pct) == (45 * 60, True, 20)
    assert soft.late_weight == {1: 5, 2: 1, 3: 1}
    assert load(None).soft.overtime_max_s == 2 * 3600
    path.write_text("[soft]\nsugest = true\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="suggest"):
        load(path)


def test_prices_are_settings(tmp_path):
    """What weighs against what is the municipality's choice, not a number in the code."""
    text = (
        "[prices]\nnew_carer_daily = 1200\nchange = 0\n"
        "tier = { pool = 1500 }\nunplanned = { 3 = 5 }\n"
    )
    prices = load(write(tmp_path, text)).prices
    assert (prices.new_carer_daily, prices.change) == (1200, 0)
    assert prices.tier["pool"] == 1500
    assert prices.tier["vice"] == RoundWeights().tier["vice"]
    assert prices.unplanned == {**RoundWeights().unplanned, 3: 5}


def test_named_prices_say_what_comes_first(tmp_path):
    """Contact, calm times and travel pull against each other: the choice has a name, and single
    prices may still be set beside it."""
    text = "[prices]\npreset = 'travel'\nnew_carer_daily = 500\ntier = { pool = 400 }\n"
    prices = load(write(tmp_path, text)).prices
    assert prices.tier == {**PRESETS["travel"].tier, "pool": 400}
    assert (prices.new_carer_daily, prices.new_carer_other) == (
        500,
        PRESETS["travel"].new_carer_other,
    )
    assert load(write(tmp_path, "")).prices == RoundWeights() == PRESETS["balanced"]
    assert PRESETS["times"].usual_pct > PRESETS["balanced"].usual_pct
    assert PRESETS["travel"].tier["pool"] < PRESETS["contact"].tier["pool"]


def test_who_plans_is_called_what_the_municipality_says(tmp_path):
    """OR-16: planner, coordinator, administrator; on sheets, with the number, in its own word."""
    own = load(write(tmp_path, '[general]\nplanner = "samordnaren"\nplanner_phone = "1-2"\n'))
    assert own.general.whom_to_phone == "samordnaren, 1-2"
    usual = load(write(tmp_path, '[general]\nplanner_phone = "1-2"\nlanguage = "en"\n')).general
    assert usual.whom_to_phone == "the planner, 1-2"
    assert load(write(tmp_path, '[general]\nplanner = "samordnaren"\n')).general.whom_to_phone == ""
