"""Geocoding measured on real registers under a stated noise model (issue 8, item 3).

The noise model. From each address drawn of a register, a line as a care system would hold it:

- case: as it is 60 %, upper 25 %, lower 15 %;
- the ending abbreviated 25 % ("Storg.", "Lindstr.", without the stop in a third of them);
- accents lost (ä → a, ß → ss) 5 %;
- one edit in the street's name 8 % (a letter wrong, missing, extra, or two swapped; never the
  first), two edits 1 %; edits spare the abbreviated part;
- letter after the number as "12B", "12 b" or "12 B", evenly;
- a flat after it 20 % ("lgh 1102", ", 2 tr", "lgh 0901"), "c/o Alm, " before it 3 %, a doubled
  space 5 %;
- postcode: as it is 92 %, missing 7 %, one digit wrong 1 %; half of them written "170 33";
- locality: as it is 90 %, missing 10 %, a third of them in capitals. Of postcode and locality at
  least one is left, since nothing can tell two Storgatan 1 apart without.

One street in twenty is taken out of the register, and its addresses are asked for all the same:
whatever is accepted for them is wrong. Right means accepted within 60 m of the true point.
"""

import math
import random
import time

import pytest

from data.addresses import Query, geocode
from data.addresses.geocoding import SAME_PLACE_M
from data.streets import AddressPoint

ENDINGS = {"straße": "str.", "gatan": "g.", "vägen": "v.", "Straße": "Str."}
LETTERS = "abcdefghijklmnoprstuvåäö"


def edited(rng, text, n_edits):
    """``text`` with edits after its first sign."""
    for _ in range(n_edits):
        at = rng.randrange(1, len(text) - 1)
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:at] + rng.choice(LETTERS) + text[at + 1 :]
        elif kind == 1:
            text = text[:at] + text[at + 1 :]
        elif kind == 2:
            text = text[:at] + rng.choice(LETTERS) + text[at:]
        else:
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


def noisy_street(rng, street):
    draw = rng.random()
    n_edits = 2 if draw < 0.01 else 1 if draw < 0.09 else 0
    ending = next((end for end in ENDINGS if street.endswith(end)), "")
    stem = street[: -len(ending)] if ending else street
    if n_edits and len(stem) > 3:
        stem = edited(rng, stem, n_edits)
    if ending and rng.random() < 0.25:
        short = ENDINGS[ending]
        ending = short if rng.random() < 2 / 3 else short.rstrip(".")
    text = stem + ending
    if rng.random() < 0.05:
        for sign, plain in zip(
            "åäöüßÅÄÖÜ", ("a", "a", "o", "u", "ss", "A", "A", "O", "U"), strict=True
        ):
            text = text.replace(sign, plain)
    return text


def noisy(rng, key, point):
    number = point.number
    if number[-1:].isalpha():
        number = number[:-1].strip() + rng.choice(["", " "]) + number[-1]
        number = number.lower() if rng.random() < 0.5 else number
    line = f"{noisy_street(rng, point.street)} {number}"
    if rng.random() < 0.20:
        line += rng.choice([" lgh 1102", ", 2 tr", " lgh 0901", ", lgh 1203"])
    if rng.random() < 0.03:
        line = f"c/o Alm, {line}"
    if rng.random() < 0.05:
        line = line.replace(" ", "  ", 1)
    case = rng.random()
    line = line.upper() if case < 0.25 else line.lower() if case < 0.40 else line
    postcode, city = point.postcode.replace(" ", ""), point.city
    draw = rng.random()
    if draw < 0.07 and city:
        postcode = ""
    elif draw < 0.08 and postcode:
        postcode = postcode[:-1] + str((int(postcode[-1]) + rng.randrange(1, 10)) % 10)
    if postcode and rng.random() < 0.5:
        postcode = f"{postcode[:3]} {postcode[3:]}"
    if rng.random() < 0.10 and postcode:
        city = ""
    return Query(key, line, postcode, city.upper() if rng.random() < 1 / 3 else city)


def drawable(points):
    """Addresses with a locality and a number that the register itself holds in one place."""
    at = {}
    for p in points:
        at.setdefault((p.street, p.number, p.postcode, p.city), []).append(p)
    return [
        group[0]
        for group in at.values()
        if (group[0].postcode or group[0].city)
        and group[0].number[:1].isdigit()
        and all(math.hypot(p.x - group[0].x, p.y - group[0].y) <= SAME_PLACE_M for p in group)
    ]


def measure(points, n_queries, seed, n_copies=1):
    """Right, wrong and reviewed shares, and the seconds it took.

    With ``n_copies`` the register is repeated as other localities with postcodes of their own, so
    that every street name stands in as many places.
    """
    rng = random.Random(seed)
    streets = sorted({point.street for point in points})
    taken_out = set(rng.sample(streets, len(streets) // 20))
    register = []
    for copy in range(n_copies):
        for p in points:
            if p.street in taken_out:
                continue
            if copy == 0:
                register.append(p)
            else:
                digits = p.postcode.replace(" ", "")
                postcode = f"{(int(digits) + 173 * copy) % 100_000:05d}" if digits else ""
                register.append(AddressPoint(p.street, p.number, postcode, f"Ort {copy} {p.city}",
                                             p.x + 50_000 * copy, p.y))  # fmt: skip
    usable = drawable(points)
    asked = [rng.choice(usable) for _ in range(n_queries)]
    queries = [noisy(rng, str(i), p) for i, p in enumerate(asked)]
    began = time.process_time()
    answers = geocode(queries, register)
    seconds = time.process_time() - began
    right, wrong, n_there = 0, [], 0
    reviewed = []
    for query, point, answer in zip(queries, asked, answers, strict=True):
        is_there = point.street not in taken_out
        n_there += is_there
        near = math.hypot(answer.x - point.x, answer.y - point.y) <= SAME_PLACE_M
        if answer.is_accepted and is_there and near:
            right += 1
        elif answer.is_accepted:
            wrong.append((query, point, answer))
        elif is_there:
            reviewed.append((query, point, answer))
    return right / n_there, wrong, reviewed, seconds, len(register)


def check(points, seeds, n_copies=1, seconds_max=30.0, right_min=0.98):
    shares = []
    for seed in seeds:
        right, wrong, _, seconds, _ = measure(points, 5300, seed, n_copies)
        assert [(q.address, a.method) for q, _, a in wrong] == []
        assert seconds < seconds_max
        shares.append(right)
    assert sum(shares) / len(shares) >= right_min


@pytest.mark.realdata
def test_neubrandenburg_98_right_0_wrong(shared_data):
    # 10 217 addresses of a town with villages around it, 1 330 of them without postcode.
    from data.tables.address_lists import read_register

    path = shared_data / "osm" / "neubrandenburg_2016.osm.bz2"
    points = read_register(path, epsg=25833)
    assert len(points) > 10_000
    check(points, [300, 301, 302])
    # 200 000 rows, each street name in twenty localities. The limit of 10 s is loose on purpose.
    check(points, [200], n_copies=20, seconds_max=10.0)


@pytest.mark.realdata
def test_ostermalm_98_right_0_wrong(shared_data):
    # 1 006 Swedish addresses, most of them without postcode: the locality decides.
    from data.tables.address_lists import read_register

    points = read_register(shared_data / "osm" / "stockholm-ostermalm_2020.osm")
    assert len(points) == 1006
    check(points, [101, 102])


def test_ekhamn_0_wrong():
    # The embedded town, so that the claim is tested on every machine. Its names are short (Ågatan,
    # Drakvägen), and a slip in four letters cannot be told from another street: more to review.
    from data.demo import make_streets

    points = list(make_streets().addresses)
    check(points, [101, 102], right_min=0.96)
