"""The wheel is whole, and each of our generic package names has one owner."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from hemrunda.package_guard import PACKAGES, foreign_claimants

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The project's wheel, built from a clean copy without network."""
    import shutil

    source = tmp_path_factory.mktemp("source")
    for name in (*PACKAGES, "pyproject.toml", "README.md", "LICENSE"):
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, source / name)
    target = tmp_path_factory.mktemp("wheel")
    # The backend itself, as pip calls it: an environment need not hold pip.
    code = f"from setuptools import build_meta; build_meta.build_wheel({str(target)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=source, check=True, capture_output=True)
    return next(target.glob("hemrunda-*.whl"))


def test_wheel_holds_every_module_and_asset(wheel):
    """A file that only the checkout has works for us and for nobody else."""
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    wanted = {name for name in tracked if not name.endswith(".gitattributes")}
    missing = {name for name in wanted if (ROOT / name).exists()} - packed
    assert not missing


def test_wheel_runs_from_an_empty_folder(wheel, tmp_path):
    """Installed, the front door opens without the checkout beside it."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "import data, routing, partition, maps, hemrunda.cli as cli\n"
        f"assert data.__file__.startswith({str(site)!r})\n"
        "sys.argv = ['hemrunda', '--help']; cli.main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert "demo" in result.stdout


def test_each_package_name_has_one_owner():
    """Anybody may publish a package called data; installed beside ours it would replace it."""
    assert foreign_claimants() == {}


OF_OTHERS = {"branca": "folium", "llvmlite": "numba", "osmium": "osmium", "sklearn": "scikit-learn"}
"""Modules whose package has another name, or comes with one that is declared."""


def _imported():
    """Top names of everything that the product imports and that Python itself does not bring."""
    names = set()
    for room in PACKAGES:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - set(PACKAGES)


def _declared(project):
    def bare(line):
        return re.match(r"[\w-]+", line).group().lower()

    needed = {bare(line) for line in project["dependencies"]}
    extras = project["optional-dependencies"]
    return needed, {bare(line) for lines in extras.values() for line in lines}


def test_every_dependency_is_imported_and_every_import_declared():
    """What is installed and not used costs everybody; what is used and not declared fails later."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed, optional = _declared(project)
    used = {OF_OTHERS.get(name, name) for name in _imported()}
    assert not needed - used, "declared and never imported"
    assert not used - needed - optional, "imported and not declared"


def test_every_dependency_says_the_oldest_release_that_is_tried():
    """`./run-lowest.sh` installs just these; a name without a bound is a promise nobody tries."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["parquet"], *extras["sealed"], *extras["test"]]
    assert not [line for line in lines if not re.fullmatch(r"[\w-]+>=[\d.]+", line)]


def test_the_customers_packages_do_real_work():
    """Each package that the customer named is imported by the product itself."""
    named = {"osmnx", "networkx", "geopandas", "shapely", "sklearn", "folium", "numba"}
    assert named <= _imported()


SHELVES = ("sv", "en", "figures")
"""Where a page stands by whom it is for: planners, programmers, and figures of the benchmarks."""


def test_the_readme_links_every_page():
    """A page that nobody finds is not written; one that lies beside the shelves has no reader."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = [page for name in SHELVES for page in (ROOT / "docs" / name).glob("*.*")]
    shown = {
        page.relative_to(ROOT).as_posix() for page in pages if page.suffix in {".md", ".ipynb"}
    }
    assert not [page for page in sorted(shown) if f"({page})" not in readme]
    assert not list((ROOT / "docs").glob("*.*"))
    assert len(shown) > 10


def test_every_link_leads_to_a_file():
    """A page that moved takes its links with it, and those that lead to it."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.name}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if ":" not in link and not (page.parent / link).exists()
    ]
    assert not dead


def test_every_page_says_whom_it_is_for():
    """On its third line, so that nobody reads a page that is for somebody else."""
    pages = [page for name in SHELVES for page in (ROOT / "docs" / name).glob("*.md")]
    third = {page.name: page.read_text(encoding="utf-8").split("\n")[2] for page in pages}
    assert not [name for name, line in third.items() if not line.startswith(("*För ", "*For "))]
