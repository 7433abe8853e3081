"""Maps opened in a real browser: quiet, wordless towards the net, and text shown as text."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

import maps

pytestmark = pytest.mark.browser

HOSTILE = (
    "{{ cycler.__init__.__globals__.os.system('touch pwned') }}",
    "{% set x = 1 %}{{ x }}",
    "{# comment",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`+alert(1)+`",
    "\\`",
    "C:\\path\\2019\\",
    "\"'><svg onload=alert(1)>",
    "javascript:alert(1)",
    '=HYPERLINK("http://x.example";"a")',
    "<!--<script>",
    "åäö 🚲 \u2028 \u2029 ‮abc",
    "&lt;b&gt; &amp;",
    "x" * 10_000,
)


def hostile_ids(n: int = 24) -> tuple[str, ...]:
    """Each hostile text once as an id, then plain ids."""
    return (*HOSTILE, *(f"k{i}" for i in range(len(HOSTILE), n)))


def write_team(path: Path, town: SimpleNamespace, **more: object) -> Path:
    maps.write_team_map(
        path,
        municipality=town.municipality,
        team_plan=town.team_plan,
        network=town.network,
        team_table=town.team_table,
        **{"profile": "manager", "plan_id": town.plan_id, "date": "2026-03-02", **more},
    )
    return path


def write_round(path: Path, town: SimpleNamespace, **more: object) -> Path:
    maps.write_round_map(
        path,
        municipality=town.municipality,
        team_plan=town.team_plan,
        round_plan=town.round_plan,
        network=town.network,
        leg_path=town.leg_path,
        day=town.day,
        **{"profile": "manager", "plan_id": town.plan_id, **more},
    )
    return path


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("write", [write_team, write_round])
def test_map_opens_quietly(tmp_path, make_town, open_file, write, width):
    """G1, I2: no error, no request, and nothing wider than the window."""
    opened = open_file(write(tmp_path / "map.html", make_town()), width=width)
    opened.page.wait_for_selector("body[data-ready=yes]")
    opened.assert_quiet()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert "© OpenStreetMap contributors" in opened.page.inner_text("footer")
    assert opened.page.locator(".hr-attribution").is_visible()


@pytest.mark.parametrize("profile", ["anonymous", "council"])
def test_shared_profiles_open_quietly(tmp_path, make_town, open_file, profile):
    """The profiles that leave the house are pages like the others."""
    opened = open_file(write_team(tmp_path / "map.html", make_town(), profile=profile))
    opened.page.wait_for_selector("body[data-ready=yes]")
    opened.assert_quiet()


def test_hostile_ids_are_shown_verbatim_on_the_team_map(tmp_path, make_town, open_file):
    """F1–F6: client, team and plan ids are text, whatever they look like."""
    town = make_town(hostile_ids(), teams=(HOSTILE[3], HOSTILE[0]), plan_id=HOSTILE[4])
    opened = open_file(write_team(tmp_path / "map.html", town))
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    seen = set()
    for place in (0, 1):
        page.locator(".hr-item").nth(place).click()
        heading = page.locator("#card h2").text_content()
        team = next(i for i, one in enumerate(town.team_plan.teams) if one.team_id in heading)
        seen.add(team)
        page.locator("#card summary").click()
        page.locator("#card .hr-link").first.wait_for()  # made when it is opened
        shown = page.locator("#card .hr-link").all_text_contents()
        protected = 7
        expected = {one for i, one in enumerate(town.ids) if i // 12 == team and i != protected}
        assert set(shown) == expected
    assert seen == {0, 1}
    assert HOSTILE[4] in page.locator("footer").text_content()
    assert not (Path.cwd() / "pwned").exists()
    opened.assert_quiet()


def test_hostile_ids_are_shown_verbatim_on_the_round_map(tmp_path, make_town, open_file):
    """The same for the list of a round, the timeline's titles and the filters."""
    town = make_town(hostile_ids(), plan_id=HOSTILE[0])
    opened = open_file(write_round(tmp_path / "map.html", town))
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    page.locator(".hr-name").first.click()
    shown = page.locator(".hr-stops .hr-item span:nth-of-type(2)").all_text_contents()
    for i in range(10):
        assert (town.ids[i] in shown) == (i != 7)
    labels = page.locator("button.hr-block").evaluate_all("all => all.map(b => b.title)")
    assert any(town.ids[1] in label for label in labels)
    opened.assert_quiet()


def test_search_finds_a_client_by_keyboard_alone(tmp_path, make_town, open_file):
    """I5: Tab to the field, type, Enter; the card tells the client's team."""
    opened = open_file(write_team(tmp_path / "map.html", make_town()))
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    page.locator("#search").focus()
    page.keyboard.type("k13")
    page.keyboard.press("Enter")
    assert page.locator("#card h2").text_content() == "Brukare k13"
    assert "T2" in page.locator("#card dl").text_content()
    assert page.evaluate("Hemrunda.teamState.client") is not None
    opened.assert_quiet()


def test_timeline_and_map_are_linked_both_ways(tmp_path, make_town, open_file):
    """FA-11: a visit chosen in the lane is ringed on the map, and one clicked there is marked."""
    opened = open_file(write_round(tmp_path / "map.html", make_town(is_open=True)))
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    page.locator("button.hr-block").nth(2).click()
    assert page.evaluate("Hemrunda.roundState.stop.client") == "k02"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Hemrunda.roundState.stop.client") == "k03"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("Hemrunda.roundState.stop.round.staff") == "s2"
    at = page.evaluate(
        """() => {
          const stop = Hemrunda.roundState.rounds[1].stops.find((one) => one.client === 'k16');
          Hemrunda.map.setView(Hemrunda.latLng(stop.x, stop.y), 16, { animate: false });
          const point = Hemrunda.map.latLngToContainerPoint(Hemrunda.latLng(stop.x, stop.y));
          const box = Hemrunda.map.getContainer().getBoundingClientRect();
          return [point.x + box.left, point.y + box.top];
        }"""
    )
    page.mouse.click(*at)
    assert page.evaluate("Hemrunda.roundState.stop.client") == "k16"
    current = page.locator("button.hr-block[aria-current=true]")
    assert "k16" in current.get_attribute("title")
    opened.assert_quiet()


def test_search_finds_teams_carers_and_streets_too(tmp_path, make_town, open_file):
    """A team's own name, who works in it, a street of the basemap; nothing is said of nothing."""
    opened = open_file(write_team(tmp_path / "map.html", make_town()))
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    field = page.locator("#search")
    for text, heading in (("t2", "T2"), ("s2", "T")):
        field.fill(text)
        page.locator("#hits button").last.click()
        assert heading in page.locator("#card h2").text_content()
    before = page.evaluate("Hemrunda.map.getCenter().lat")
    page.wait_for_timeout(500)  # Leaflet takes no new view while it glides to a team
    field.fill("åkervägen 4")
    page.locator("#hits button", has_text="Åkervägen 4").first.click()
    for _ in range(100):  # it glides there
        if page.evaluate("Hemrunda.map.getZoom()") >= 16:
            break
        page.wait_for_timeout(50)
    assert page.evaluate("Hemrunda.map.getZoom()") >= 16
    assert page.evaluate("Hemrunda.map.getCenter().lat") != before
    field.fill("finns inte")
    assert page.locator("#hits").inner_text() == "Inget med den texten."
    opened.assert_quiet()


def test_on_a_phone_the_chosen_round_comes_into_view(tmp_path, make_town, open_file):
    """I2: the list is long there; who taps a round in it must not be left beneath its stops."""
    opened = open_file(
        write_round(tmp_path / "map.html", make_town(is_open=True)), width=390, height=300
    )
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    last = page.locator("#panel .hr-list .hr-item").last
    last.evaluate("(one) => one.scrollIntoView({block: 'end'})")
    top = "document.querySelector('#panel > [aria-live]').getBoundingClientRect().top"
    page.evaluate("window.scrollBy(0, 200)")
    assert page.evaluate(top) < 0
    last.evaluate("(one) => one.click()")
    assert page.evaluate(top) == pytest.approx(0, abs=1)
    assert "s2" in page.locator("#panel h2").inner_text()
    opened.assert_quiet()


def test_stops_of_one_building_are_fanned_out(tmp_path, make_town, open_file):
    """B7: four stops at one door are drawn at four places."""
    opened = open_file(write_round(tmp_path / "map.html", make_town()))
    opened.page.wait_for_selector("body[data-ready=yes]")
    drawn = opened.page.evaluate(
        """() => Object.values(Hemrunda.map._layers).filter((one) => one._drawn)
          .flatMap((one) => one._drawn)
          .filter((one) => ['k20', 'k21', 'k22', 'k23'].includes(one.stop.client))
          .map((one) => [one.x, one.y])"""
    )
    assert len(drawn) == 4
    for i, (x, y) in enumerate(drawn):
        assert all((x - a) ** 2 + (y - b) ** 2 > 8**2 for a, b in drawn[:i])


SAME_AS_ANEW = """async () => {
  const { map } = Hemrunda;
  const layers = Object.values(map._layers).filter((one) => one.draw);
  const pixels = ({ _canvas: canvas }) =>
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const worst = [];
  for (const zoom of [13, 14, 16]) {
    map.setZoom(zoom, { animate: false });
    for (const [dx, dy] of [[310, 0], [0, -170], [-90, 120], [-260, 40], [150, 150]]) {
      map.panBy([dx, dy], { animate: false });
      for (const one of layers) {
        const moved = pixels(one);
        const at = one.view.corner;
        one.redraw();
        if (!at.equals(one.view.corner)) continue;
        const anew = pixels(one);
        let n = 0;
        for (let i = 0; i < anew.length; i += 1) if (Math.abs(anew[i] - moved[i]) > 24) n += 1;
        worst.push(n);
      }
    }
  }
  return worst;
}"""


@pytest.mark.parametrize("write", [write_team, write_round])
def test_a_moved_map_is_what_would_be_drawn_there(tmp_path, make_town, open_file, write):
    """After a pan only new strips are drawn; the whole must look as if drawn at once."""
    opened = open_file(write(tmp_path / "map.html", make_town()), width=1000, height=640)
    opened.page.wait_for_selector("body[data-ready=yes]")
    different = opened.page.evaluate(SAME_AS_ANEW)
    assert len(different) >= 20
    # A hundred of two million values: edges cut by a clip round otherwise. A seam is thousands.
    assert max(different) <= 400, "seams between what was moved and what was drawn"


def test_nothing_is_drawn_twice_at_the_start(tmp_path, make_town, open_file, browser):
    """Head, foot and timeline take their room before the first drawing."""
    path = write_team(tmp_path / "map.html", make_town())
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(
        """window.n_cleared = 0; const clear = CanvasRenderingContext2D.prototype.clearRect;
        CanvasRenderingContext2D.prototype.clearRect = function (...box) {
          window.n_cleared += 1; return clear.apply(this, box); };"""
    )
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready=yes]", state="attached")
    page.wait_for_timeout(300)
    n_layers = page.evaluate("document.querySelectorAll('.hr-canvas').length")
    assert page.evaluate("window.n_cleared") == n_layers == 2
    context.close()


INK = """() => Object.values(Hemrunda.map._layers).find((one) => one._moves)._canvas.toDataURL()"""


def test_arrows_are_drawn_and_quiet(tmp_path, make_town, open_file):
    """I3: bundled between teams far out, one for each client near, all of them for a team."""
    opened = open_file(write_team(tmp_path / "map.html", make_town()))
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    seen = []
    for zoom in (13, 16):
        page.evaluate(f"Hemrunda.map.setZoom({zoom}, {{ animate: false }})")
        page.get_by_label("Pilar för byten").uncheck()
        without = page.evaluate(INK)
        page.get_by_label("Pilar för byten").check()
        seen.append((without, page.evaluate(INK)))
        page.locator(".hr-item").first.click()
        seen.append((without, page.evaluate(INK)))
    assert all(without != drawn for without, drawn in seen)
    opened.assert_quiet()


def test_only_the_largest_moves_have_arrows_until_a_team_is_chosen(tmp_path, make_town, open_file):
    """Half the clients moving must not cover the map: twelve arrows at most, and it is said."""
    page = open_file(write_team(tmp_path / "map.html", make_town())).page
    page.wait_for_selector("body[data-ready=yes]")
    told = page.evaluate(
        """() => {
          const flows = [];
          for (let n = 60; n > 0; n -= 1) flows.push({ from: n % 8, to: (n * 3 + 1) % 8, n });
          const state = { team: null, flows, before: { asNow: (team) => team } };
          const all = Hemrunda.flowsShown(state);
          const few = Hemrunda.flowsShown({ ...state, flows: flows.slice(0, 12) });
          const one = Hemrunda.flowsShown({ ...state, team: 2 });
          return [all.map((f) => f.n), few.length, one.every((f) => f.from === 2 || f.to === 2),
            one.length, flows.filter((f) => f.from === 2 || f.to === 2).length];
        }"""
    )
    assert told[0] == list(range(60, 48, -1))
    assert told[1] == 12
    assert told[2]
    assert told[3] == told[4] > 12


NUMBERS = """() => {
  const seed = [0, 1, -1, 0.04, 0.05, 0.449, 1.005, 12.345, 999.95, 999, 1000, -1234.5, 1234567.89];
  for (let i = 0; i < 400; i += 1) seed.push(Math.sin(i) * 10 ** (i % 8));
  const wrong = [];
  for (const digits of [0, 1, 2]) {
    const lang = document.documentElement.lang;
    const intl = new Intl.NumberFormat(lang, { maximumFractionDigits: digits });
    for (const value of seed) {
      const ours = Hemrunda.number(value, digits);
      const theirs = intl.format(value).replace(/^[-−]0$/, "0");
      if (ours !== theirs) wrong.push([value, digits, ours, theirs]);
    }
  }
  const ids = ["L10", "L2", "l3", "A1b", "A1a", "A01", "", "B", "10", "9", "L2x", "L2 b"];
  const collator = new Intl.Collator("sv", { numeric: true }).compare;
  const ours = [...ids].sort(Hemrunda.inOrder(ids));
  return [wrong, ours.filter((id) => /^L\\d+$/.test(id)), ours.indexOf("9") < ours.indexOf("10"),
    [...ids, "Ö1", "Å1"].sort(Hemrunda.inOrder([...ids, "Ö1", "Å1"])).slice(-2), typeof collator];
}"""


@pytest.mark.parametrize("language", ["sv", "en"])
def test_numbers_and_order_are_those_of_the_language(tmp_path, make_town, open_file, language):
    """Our own short way of writing numbers says what the browser's long one says."""
    page = open_file(write_team(tmp_path / "map.html", make_town(), language=language)).page
    page.wait_for_selector("body[data-ready=yes]")
    wrong, teams, is_nine_first, last, _ = page.evaluate(NUMBERS)
    # Halves may fall either way: 1.005 is a little less than it says.
    assert [one for one in wrong if one[0] not in (1.005, 0.05, 0.449)] == []
    assert teams == ["L2", "L10"]
    assert is_nine_first
    if language == "sv":
        assert last == ["Å1", "Ö1"]


CORNER = """() => {
  const canvas = document.querySelector(".hr-canvas");
  return [...canvas.getContext("2d").getImageData(1, 1, 1, 1).data, canvas.width];
}"""


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "sv",
            "1 okänd rubrik, 1 rad, 21 rader, 0,1 timmar, 2–1 dagar, 1 radering",
        ),
        ("en", "1 row is, 1 unknown header, 21 rows, 0.1 hours, 10,001 rows, 1 rowspan"),
    ],
)
def test_one_of_a_thing_is_said_in_the_singular(tmp_path, make_town, open_file, language, told):
    """Not the 1 of 21, of a span, of a decimal or of a thousand."""
    page = open_file(write_team(tmp_path / "map.html", make_town(), language=language)).page
    plural = {
        "sv": "1 okända rubriker, 1 rader, 21 rader, 0,1 timmar, 2–1 dagar, 1 radering",
        "en": "1 rows are, 1 unknown headers, 21 rows, 0.1 hours, 10,001 rows, 1 rowspan",
    }[language]
    assert page.evaluate("(text) => Hemrunda.inNumber(text)", plural) == told


def test_paper_has_its_own_style_and_gives_the_screen_its_back(tmp_path, make_town, open_file):
    """White land and twice the points on paper; afterwards the screen is as it was."""
    page = open_file(write_team(tmp_path / "map.html", make_town()), width=1000, height=640).page
    page.wait_for_selector("body[data-ready=yes]")
    page.evaluate("Hemrunda.map.setZoom(16, { animate: false })")
    seen = []
    for event in ("beforeprint", "afterprint"):
        page.evaluate(f"window.dispatchEvent(new Event('{event}'))")
        seen.append(page.evaluate(CORNER))
    (*paper, wide), (*screen, narrow) = seen
    assert paper == [255, 255, 255, 255]
    assert screen == [244, 241, 234, 255]
    assert wide == 2 * narrow


def test_where_somebody_is_protected_teams_stand_instead_of_carers(tmp_path, make_town, open_file):
    """C7: no carer to choose, no number that would be an order, and what is shown is linked."""
    opened = open_file(write_round(tmp_path / "map.html", make_town()))
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    assert page.locator(".hr-lane .hr-name").all_inner_texts() == ["T1 Dag", "T2 Dag"]
    assert page.locator("#choose-carer").count() == 0
    assert page.locator(".hr-tiers").count() == 0
    page.locator(".hr-lane .hr-name").first.click()
    assert page.locator("#panel h2").inner_text().startswith("T1 Dag")
    block = page.locator(".hr-lane button.hr-block").first
    assert block.get_attribute("aria-label").startswith("06:00–08:00, Brukare ")
    assert block.inner_text() == ""
    assert "private/rounds.xlsx" in page.inner_text("footer")
    assert not {"s1", "s2"} & set(page.content().replace('"', " ").split())
    opened.assert_quiet()


@pytest.mark.parametrize("write", [write_team, write_round])
def test_paper_has_what_is_chosen_fitted_and_no_controls(tmp_path, make_town, open_file, write):
    """Wherever the screen looks, paper shows the chosen team or round, and says so."""
    page = open_file(write(tmp_path / "map.html", make_town())).page
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_selector("body[data-ready=yes]")
    page.locator(".hr-item").first.click()
    chosen = page.locator(".hr-panel h2").first.inner_text()
    page.evaluate("Hemrunda.map.setView(Hemrunda.map.getCenter(), 19, { animate: false })")
    seen = "Hemrunda.map.getBounds().contains(Hemrunda.bounds(Hemrunda.chosenBox()))"
    assert not page.evaluate(seen)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate(seen)
    told = page.locator(".hr-chosen").inner_text()
    assert told
    assert {word.strip(",") for word in told.split()} & {word.strip(",") for word in chosen.split()}
    for what in (".hr-search", ".hr-panel input", ".hr-button", ".leaflet-control-zoom", "select"):
        assert page.locator(f"{what}:visible").count() == 0, what
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("Hemrunda.map.getZoom()") == 19


def test_a_card_stands_where_one_clicked(tmp_path, make_town, open_file):
    """Whom or what, by the place that was pressed and inside the map; × and Escape take it away."""
    path = write_team(tmp_path / "map.html", make_town())
    for width in (1280, 390):
        opened = open_file(path, width=width)
        page = opened.page
        page.wait_for_selector("body[data-ready=yes]")
        client, x, y = page.evaluate(
            "() => { const s = Hemrunda.teamState; const p = Hemrunda.map.latLngToContainerPoint("
            "Hemrunda.latLng(s.xs[2], s.ys[2])); return [s.data.clients.id[2], p.x, p.y]; }"
        )
        place = page.locator(".folium-map").bounding_box()
        page.mouse.click(place["x"] + x, place["y"] + y)
        card = page.locator(".hr-here")
        assert f"Brukare {client}" in card.inner_text()
        box = card.bounding_box()
        assert place["x"] <= box["x"]
        assert box["x"] + box["width"] <= place["x"] + place["width"]
        assert place["y"] <= box["y"]
        assert box["y"] + box["height"] <= place["y"] + place["height"]
        page.locator(".hr-here button").click()
        assert card.count() == 0
        page.mouse.click(place["x"] + x, place["y"] + y)
        page.keyboard.press("Escape")
        assert card.count() == 0
        opened.assert_quiet()


def test_the_key_is_folded_on_a_phone_alone(tmp_path, make_town, open_file):
    path = write_team(tmp_path / "map.html", make_town())
    for width, is_open in ((1280, True), (390, False)):
        page = open_file(path, width=width).page
        page.wait_for_selector("body[data-ready=yes]")
        assert page.evaluate("document.querySelector('.hr-key').open") is is_open
        assert "där bor ingen brukare" in page.locator(".hr-key").text_content()


def test_land_where_nobody_lives_is_fainter(tmp_path, make_town, open_file):
    """The veil covers what is far from every client and nothing near one."""
    path = write_team(tmp_path / "map.html", make_town())
    page = open_file(path).page
    page.wait_for_selector("body[data-ready=yes]")
    seen = page.evaluate(
        """() => {
          const veil = Hemrunda.faintLand([0, 4000], [0, 0]);
          const canvas = document.createElement("canvas");
          canvas.width = 600; canvas.height = 200;
          const ctx = canvas.getContext("2d");
          veil(ctx, { x0: 100, y0: 100, k: 0.1, width: 600, height: 200 });
          const at = (x, y) => ctx.getImageData(x, y, 1, 1).data[3];
          return [at(105, 95), at(505, 95), at(300, 100), at(5, 5), at(595, 5)];
        }"""
    )
    assert seen[:2] == [0, 0]
    assert all(veiled == seen[2] > 100 for veiled in seen[2:])
