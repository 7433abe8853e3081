"""Who may go where, by tag: one case for each named rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.streets import (
    BIKE,
    CAR,
    NODE_BARS_BIKE,
    NODE_BARS_CAR,
    NODE_BARS_WALK,
    NODE_SIGNAL,
    SEGMENT_UNPAVED,
    WALK,
)
from routing.network.way_rules import WAY_KEYS, judge_node, judge_way, max_speed_kmh

ALL = WALK | BIKE | CAR
CASES = [
    # R1: the more special tag wins
    ("residential", {}, ALL, ALL),
    ("residential", {"access": "no", "foot": "yes"}, WALK, WALK),
    ("residential", {"vehicle": "no"}, WALK, WALK),
    ("residential", {"motor_vehicle": "destination"}, ALL, ALL),
    ("service", {"motor_vehicle": "agricultural"}, WALK | BIKE, WALK | BIKE),
    ("pedestrian", {"motor_vehicle": "delivery"}, ALL, ALL),
    ("busway", {}, 0, 0),
    ("busway", {"bicycle": "yes"}, BIKE, BIKE),
    # R2: private yards are closed, one's own drive is not
    ("service", {"access": "private"}, 0, 0),
    ("service", {"access": "private", "service": "driveway"}, ALL, ALL),
    # R3: walkers go both ways
    ("residential", {"oneway": "yes"}, ALL, WALK),
    ("residential", {"oneway": "-1"}, WALK, ALL),
    ("steps", {"conveying": "forward"}, WALK, 0),
    # R4: cycling against one-way streets
    ("residential", {"oneway": "yes", "oneway:bicycle": "no"}, ALL, WALK | BIKE),
    ("residential", {"oneway": "yes", "cycleway": "opposite_lane"}, ALL, WALK | BIKE),
    ("residential", {"oneway": "yes", "cycleway:left:oneway": "-1"}, ALL, WALK | BIKE),
    ("cycleway", {"oneway:bicycle": "-1"}, WALK, WALK | BIKE),
    # R5: motorways and motor roads
    ("motorway", {}, CAR, 0),
    ("motorway", {"oneway": "no"}, CAR, CAR),
    ("trunk", {"motorroad": "yes"}, CAR, CAR),
    ("motorway", {"foot": "yes", "bicycle": "yes"}, CAR, 0),
    # R6: footways and steps
    ("footway", {}, WALK, WALK),
    ("footway", {"bicycle": "yes"}, WALK | BIKE, WALK | BIKE),
    ("footway", {"vehicle": "yes"}, WALK | CAR, WALK | CAR),
    ("steps", {"bicycle": "yes"}, WALK, WALK),
    # R9: roundabouts
    ("tertiary", {"junction": "roundabout"}, ALL, WALK),
]


@pytest.mark.parametrize(("highway", "tags", "forward", "backward"), CASES)
def test_named_rules(highway, tags, forward, backward):
    """A wrong mask sends carers through yards or the wrong way up a street."""
    rule = judge_way({"highway": highway, **tags})
    assert (rule.forward, rule.backward) == (forward, backward)


@pytest.mark.parametrize("highway", ["construction", "proposed", "raceway", "rest_area", ""])
def test_what_is_no_street(highway):
    """Works and plans are in the map but cannot be travelled."""
    assert judge_way({"highway": highway}) is None
    assert judge_way({"highway": "service", "area": "yes"}) is None


def test_ferries():
    """R8: on foot and by bicycle unless told otherwise, by car only where told."""
    assert judge_way({"route": "ferry"}).forward == WALK | BIKE
    assert judge_way({"route": "ferry", "motor_vehicle": "yes", "foot": "no"}).forward == BIKE | CAR


@pytest.mark.parametrize(
    ("text", "kmh"),
    [("50", 50), ("30 mph", 48), ("SE:urban", 50), ("50;30", 30), ("none", 0), ("walk", 7)]
    + [(None, 0), ("signals", 0), ("9999", 0), ("70 km/h", 70)],
)
def test_speed_limits(text, kmh):
    """Limits come in many spellings; what cannot be read is unknown, not zero speed."""
    assert max_speed_kmh(text) == kmh


def test_surface():
    """Cyclists lose speed on gravel; tracks are gravel unless told."""
    assert judge_way({"highway": "path", "surface": "gravel"}).flags & SEGMENT_UNPAVED
    assert judge_way({"highway": "track"}).flags & SEGMENT_UNPAVED
    assert not judge_way({"highway": "track", "surface": "asphalt"}).flags & SEGMENT_UNPAVED


def test_barriers_on_nodes():
    """R7: who is stopped by what, and that tags on the barrier decide."""
    blocks = NODE_BARS_CAR | NODE_BARS_BIKE | NODE_BARS_WALK
    assert judge_node({"barrier": "bollard"}) & blocks == NODE_BARS_CAR
    assert judge_node({"barrier": "bollard", "motor_vehicle": "yes"}) & blocks == 0
    assert judge_node({"barrier": "gate"}) & blocks == 0
    assert judge_node({"barrier": "gate", "locked": "yes"}) & blocks == blocks
    assert judge_node({"barrier": "gate", "access": "private", "foot": "yes"}) & blocks == (
        NODE_BARS_CAR | NODE_BARS_BIKE
    )
    assert judge_node({"barrier": "kissing_gate"}) & NODE_BARS_BIKE
    assert judge_node({"highway": "traffic_signals"}) & NODE_SIGNAL


@given(st.dictionaries(st.sampled_from(WAY_KEYS), st.text(max_size=12)))
def test_any_tags_are_judged(tags):
    """The map is written by anyone: no tag may stop the reading, or give modes unheard of."""
    rule = judge_way(tags)
    if rule is not None:
        assert 0 <= rule.forward <= ALL
        assert 0 <= rule.max_speed_kmh <= 200
    assert 0 <= judge_node(tags) < 64
