"""The house: arrows point one way, kernels stay in their family, modules stay small."""

import ast
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("data", "routing", "partition", "maps", "hemrunda")
MAY_IMPORT = {
    "data": {"data"},
    "routing": {"routing", "data"},
    "partition": {"partition", "data"},
    "maps": {"maps", "data"},
    "hemrunda": set(ROOMS),
}
PEERS = "benchmarks/peers"
"""Engines kept to measure beside: not shipped, but with kernels, and read by people."""
MODULES = sorted(path for room in (*ROOMS, PEERS) for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """All absolute module names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_point_one_way(room):
    """A room that imports a sibling cannot be understood, tested or replaced alone."""
    wrong = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / room).rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in MAY_IMPORT[room]
    }
    assert not wrong


def test_kernels_call_their_own_family_only():
    """The cache folder of a family is named by the sources in it; an import from elsewhere
    would leave a stale result behind (numba issue 1833)."""
    wrong = set()
    for path in MODULES:
        if "kernels" not in path.name:
            continue
        family = ".".join(path.relative_to(ROOT).parent.parts)
        for name in imported(path):
            module = ROOT / (name.replace(".", "/") + ".py")
            if not (module.exists() and "kernels" in module.name):
                continue
            home = ".".join(module.relative_to(ROOT).parent.parts)
            if home not in (family, "data"):
                wrong.add((str(path.relative_to(ROOT)), name))
    assert not wrong


def test_no_kernel_hides_outside_a_kernel_module():
    """A kernel in a module without ``kernels`` in its name would escape the cache's hash."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if "kernels" not in path.name
        and path != ROOT / "data" / "kernels.py"
        and any(
            line.strip() in ("@kernel", "@bare_kernel", "@njit")
            or line.strip().startswith(("@njit(", "@numba."))
            for line in path.read_text(encoding="utf-8").splitlines()
        )
    ]
    assert not wrong


def unit(path: Path) -> str:
    """The part of a room that a module belongs to: its folder, or itself at the top."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 2 else parts)


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_inside_a_room_point_one_way(room):
    """Two folders that import each other are one folder with a wall through it; an import inside
    a function hides the circle and does not mend it."""
    arrows: dict[str, set[str]] = {}
    for path in (ROOT / room).rglob("*.py"):
        if path.name == "__init__.py":
            continue
        for name in imported(path):
            module = ROOT / (name.replace(".", "/") + ".py")
            is_folder = (ROOT / name.replace(".", "/") / "__init__.py").exists()
            if not name.startswith(f"{room}.") or not (module.exists() or is_folder):
                continue
            target = name if is_folder else unit(module)
            if target != unit(path):
                arrows.setdefault(unit(path), set()).add(target)
    sorter: TopologicalSorter[str] = TopologicalSorter(arrows)
    sorter.prepare()  # raises CycleError, which names the circle


def test_no_folder_holds_more_than_fifteen_modules():
    """Past some fifteen names a folder is a heap."""
    sizes = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert not [f"{path.relative_to(ROOT)}: {n} modules" for path, n in sizes.items() if n > 15]


def test_modules_and_functions_stay_small():
    """400 lines a module and 60 a function (docstring apart) is where reading stops."""
    wrong = []
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 400:
            wrong.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                doc = ast.get_docstring(node, clean=False)
                n_doc = doc.count("\n") + 1 if doc else 0
                size = (node.end_lineno or 0) - node.lineno + 1 - n_doc
                if size > 60:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.name}: {size} lines")
    assert not wrong


def test_nothing_names_the_machine_it_was_written_on():
    """Paths of one machine in the sources help nobody else and tell more than they should."""
    tell_tale = ("/" + "work/", "/" + "home/", "/" + "root/")
    wrong = [
        str(path.relative_to(ROOT))
        for folder in (*ROOMS, "tests", "benchmarks", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".md", ".toml")
        and any(mark in path.read_text(encoding="utf-8") for mark in tell_tale)
    ]
    assert not wrong


def test_addresses_know_no_tables():
    """Tables ask addresses; the lists of addresses that are files are the tables' own."""
    for path in (ROOT / "data" / "addresses").glob("*.py"):
        assert not [name for name in imported(path) if name.startswith("data.tables")], path.name
