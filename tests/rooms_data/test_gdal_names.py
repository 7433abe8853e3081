"""A folder's name is a name: GDAL's reader of names looks for archives and addresses in it."""

import os

import pytest

from data.geo.gdal_names import is_plain, named_for_gdal
from data.geo.geopackage import Layer, write_geopackage
from data.geo.vector_files import read_layers

LAYERS = [Layer(name, {"gata": "TEXT"}, [("A",)], [(600_000.0, 6_600_000.0)]) for name in "ab"]
ODD = ["!Planering", "a!b", "arkiv.zip", "arkiv.zip!x", "s3:", "http:", "vsimem", "a;b", "a.gz",
       "rad\nslut", "\x1b[31mx", "x|y", "50 %25?#&"]  # fmt: skip
posix = pytest.mark.skipif(os.name == "nt", reason="such names are not allowed there")


@posix
@pytest.mark.parametrize("folder", ODD)
@pytest.mark.parametrize("is_whole", [True, False])
def test_a_geopackage_lies_in_the_folder_that_was_named(tmp_path, monkeypatch, folder, is_whole):
    """Beside a folder "!Planering" nothing is written, and nothing is fetched from "http:"."""
    monkeypatch.chdir(tmp_path)
    home = tmp_path / folder if is_whole else type(tmp_path)(folder)
    home.mkdir()
    write_geopackage(home / "plan.gpkg", LAYERS, 3006)
    found = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert [str(path) for path in found] == [f"{folder}/plan.gpkg"]
    assert [layer.name for layer in read_layers(home / "plan.gpkg", 5)] == ["a", "b"]


@posix
@pytest.mark.parametrize("name", ["reg!1.gpkg", "reg;1.gpkg", "!.gpkg"])
def test_a_file_of_an_odd_name_is_read(tmp_path, name):
    write_geopackage(tmp_path / "a.gpkg", LAYERS, 3006)
    (tmp_path / "a.gpkg").rename(tmp_path / name)
    assert len(list(read_layers(tmp_path / name, 5))) == 2
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_plain_name_is_handed_over_whole(tmp_path):
    with named_for_gdal(tmp_path / "åäö plan.gpkg") as name:
        assert name == str(tmp_path / "åäö plan.gpkg")
        assert is_plain(name)
