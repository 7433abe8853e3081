"""The sealed sheet: opened by the passphrase, by nothing else, and from a file without network."""

from __future__ import annotations

import pytest

from data.errors import SettingsError
from maps.common.audiences import StaffRound
from maps.paper.sheet_view import sheet_view
from maps.screen.round_view import rounds_view

pytestmark = pytest.mark.browser

PHRASE = "korrekt häst batteri"


@pytest.fixture
def sealed(tmp_path, make_town):
    pytest.importorskip("cryptography", reason="the extra 'sealed' is not installed")
    from maps.files.sealed import write_sealed_sheet

    town = make_town()
    own = rounds_view(
        town.municipality, town.team_plan, town.round_plan, town.leg_path, StaffRound(),
        day=town.day, round_id="2026-03-02-day-s1",
    )  # fmt: skip
    sheet = sheet_view(own, town.municipality, town.network)

    def write(passphrase=PHRASE):
        path = tmp_path / "sealed.html"
        write_sealed_sheet(path, sheet, town.network, passphrase=passphrase, stamp="Plan p")
        return path

    return write


@pytest.mark.parametrize("offline", [True, False], ids=["network cut", "network open"])
def test_only_the_passphrase_opens_it(sealed, open_file, offline):
    """G10: nothing of the round is in the file; the right phrase shows it, a wrong one does not."""
    path = sealed()
    assert "Brukare k00" not in path.read_text(encoding="utf-8")  # a blank is never ciphertext
    assert "Plan p" not in path.read_text(encoding="utf-8")
    opened = open_file(path, width=390, offline=offline)
    page = opened.page
    page.fill("#phrase", "fel lösenfras här")
    page.click("button")
    page.locator("#told", has_text="Fel lösenfras").wait_for()
    page.fill("#phrase", PHRASE)
    page.click("button")
    page.wait_for_selector("li.visit")
    assert page.locator("li.visit").count() == 9
    assert "Brukare k00" in page.inner_text("body")
    opened.assert_quiet()


def test_short_passphrases_are_refused(sealed):
    with pytest.raises(SettingsError):
        sealed("kort")


def test_two_seals_of_one_sheet_differ(sealed):
    """A salt and a nonce are never used twice."""
    assert sealed().read_bytes() != sealed().read_bytes()
