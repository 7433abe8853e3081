"""What is shown has a type of its own; ``dict[str, Any]`` stands where the keys are not ours."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("data", "routing", "partition", "maps", "hemrunda")
LOOSE = re.compile(r"\bdict\[str, Any\]")

PARSED = "JSON or TOML as it was read: its keys are whoever's wrote it"
FIELDS = "arguments of a frozen class's constructor, or of `replace`, on their way there"
SHAPES = "shapely geometries, which have no types"
MEASURES = "`Measures.as_dict`: the frozen classes of `routing.measures`, at every depth"

ALLOWED = {
    "data/care/adoption.py": (1, FIELDS),
    "data/care/decisions.py": (1, FIELDS),
    "data/geo/coarse_areas.py": (1, SHAPES),
    "data/geo/territories.py": (1, SHAPES),
    "data/kernels.py": (1, "compiled functions by name; Numba has no types"),
    "data/regular_files.py": (1, PARSED),
    "data/receipt.py": (2, "keys in Swedish, with spaces, for who reads the manifest"),
    "data/store/manifest.py": (2, PARSED),
    "data/store/plan_files.py": (1, PARSED),
    "data/tables/input_rules.py": (1, FIELDS),
    "data/tables/matter_records.py": (1, FIELDS),
    "data/tables/schema/care_cells.py": (3, FIELDS),
    "routing/network/container.py": (4, PARSED),
    "routing/network/exchange.py": (2, "attributes of OSMnx's edges, and columns of its tables"),
    "routing/travel/engine.py": (1, "topologies of Numba arrays, by name"),
    "maps/common/rounding.py": (5, MEASURES),
    "maps/screen/folium_elements.py": (2, "shapes and Leaflet's own options, given by the user"),
    "maps/screen/team_view.py": (3, "rows that the caller of the public function chose"),
    "hemrunda/block_settings.py": (2, PARSED),
    "hemrunda/config.py": (2, PARSED),
    "hemrunda/face/python_plan.py": (1, MEASURES),
    "hemrunda/interchange/vroom_problem.py": (1, PARSED),
    "hemrunda/options.py": (1, FIELDS),
    "hemrunda/scale/dask_executor.py": (3, "Dask's settings and futures; Dask has no types"),
    "hemrunda/scale/study_grid.py": (2, PARSED),
    "hemrunda/studio/shown/act_rows.py": (1, PARSED),
    "hemrunda/studio/web/openapi_document.py": (3, "JSON Schema, by its own vocabulary"),
    "hemrunda/studio/web/routes.py": (1, PARSED),
    "hemrunda/workfolder/plan_context.py": (1, MEASURES),
    "hemrunda/writing/baseline_files.py": (2, MEASURES),
}
"""How often at most, and why no type of ours can say more."""


def test_rows_that_are_shown_have_types():
    """A key that is misspelt in a row is mypy's business, not a page's that stays empty."""
    found = {
        path.relative_to(ROOT).as_posix(): len(LOOSE.findall(path.read_text(encoding="utf-8")))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    more = {name: n for name, n in found.items() if n > ALLOWED.get(name, (0, ""))[0]}
    assert not more, "give what is made or shown a TypedDict, or say here why it has none"


def test_every_exception_is_still_one():
    """The list shrinks with the code: what has got a type is no longer excused."""
    for name, (n, _) in ALLOWED.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        assert len(LOOSE.findall(text)) == n, name
