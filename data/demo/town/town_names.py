"""Swedish street and place names: themes as towns use them, unique within a locality.

The stems are ordinary words; the combinations are invented, and any likeness to a real street
is of the kind that Björkvägen has to every other Björkvägen.
"""

from __future__ import annotations

import numpy as np

CENTRE = (
    "Kyrkogatan Skolgatan Nygatan Trädgårdsgatan Östergatan Västergatan Södergatan Norrgatan "
    "Tullgatan Bruksgatan Kvarngatan Slottsgatan Rådhusgatan Prästgatan Fiskargatan "
    "Repslagargatan Garvaregatan Smedjegatan Bagaregatan Skomakaregatan Klostergatan "
    "Apotekaregatan Vattugatan Brunnsgatan Torggatan Handelsgatan Sjömansgatan Köpmangatan "
    "Strandgatan Badhusgatan Postgatan Sankt Olofsgatan Drottninggatan Prinsgatan "
    "Linnégatan Vasagatan Karlsgatan Oskarsgatan Gustavsgatan Magasinsgatan Varvsgatan "
    "Packhusgränden Kanalgatan Parkgatan Hantverkargatan Järngatan Myntgatan Snickargatan "
    "Hospitalsgatan Lasarettsgatan Teatergatan Borgmästargatan Sockerbruksgatan Tågmästaregatan"
)
"""Whole names for the old town; `Sankt` belongs to the word after it."""

THEMES: dict[str, str] = {
    "träd": "Björk Ek Lönn Alm Ask Asp Gran Tall Rönn Lind Hassel Bok Sälg Poppel Hägg Al Lärk "
    "Oxel Kastanj Valnöts Apel Plommon Körsbärs Päron Avenboks Pil Ceder Idegrans Sykomor",
    "fåglar": "Lärk Svan Trast Sparv Hök Falk Örn Uggle Duv Mes Sädesärle Gök Stare Svale Hager "
    "Lom Tran Vipe Ärle Bofink Domherre Siske Kungsfågel Rödhake Tärn Mås Ejder Orre Tjäder "
    "Järp",
    "blommor": "Blåsipp Vitsipp Gullvive Tulpan Ros Liljekonvalj Nejlik Viol Smörblomme Klöver "
    "Prästkrage Blåklint Vallmo Ängsklocke Lupin Syren Jasmin Kaprifol Solros Krokus "
    "Påsklilje Förgätmigej Hundkex Timotej Kattfot Mandelblom Linnea Akleja Iris Pion",
    "bär": "Lingon Blåbärs Hallon Smultron Hjortron Krusbärs Vinbärs Odon Björnbärs Havtorns "
    "Nypon Slån Enbärs Tranbärs Åkerbärs Jordgubbs Fläder Rönnbärs",
    "sjö": "Anker Segel Master Skut Båts Styrmans Lots Fyr Kapten Skeppar Matros Bogspröts Kajut "
    "Roder Förtöjnings Lanterne Kompass Sextant Boj Ro Fiskar Nät Tross Galeas Slup "
    "Brigg Skonar Barkass Eke Pråm",
    "hantverk": "Snickar Murar Målar Smed Garvar Sadelmakar Glasmästar Plåtslagar Krukmakar "
    "Vagnmakar Urmakar Bokbindar Färgar Linbråke Vävar Spinnar Tunnbindar Svarvar Hattmakar "
    "Guldsmeds",
    "gård": "Lad Stall Åker Ängs Höskulle Tröskar Plog Harv Logs Loge Skörde Vall Betes Hag "
    "Gärdes Hö Råg Korn Vete Havre Lin Humle Kål Får Get Kalv Föl Mjölk Smör Ost",
    "sten": "Granit Kvarts Fältspats Glimmer Kalkstens Marmor Skiffer Gnejs Porfyr Agat Topas "
    "Rubin Safir Smaragd Bärnstens Flint Malm Koppar Silver Järnmalms",
    "musik": "Fiol Flöjt Trumpet Harp Dragspels Nyckelharps Spelmans Polske Vals Visdiktar Ton "
    "Not Körsångar Klarinett Oboe Cello Luta Trum Balads Hymn",
    "djur": "Räv Hare Älg Rådjurs Ekorr Igelkotts Grävlings Lodjurs Utter Bäver Mård Hermelins "
    "Björn Varg Skogsmus Hjort Sork Vessle Lo Dovhjorts",
    "himmel": "Sol Mån Stjärn Komet Planet Norrskens Vintergats Karlavagns Orions Nord Plejad "
    "Gryning Skymning Regnbågs Midsommar Moln Åsk Dagg Sunnan Nordan Östan Västan",
    "krydda": "Timjan Dill Persilje Gräslök Salvia Libbsticks Kummin Koriander Mynt Mejram "
    "Rosmarin Dragon Basilik Anis Saffrans Kardemumme Ingefärs Kanel Vanilj Pepparrots",
    "saga": "Troll Tomte Älv Skogsrås Näcken Prinsess Drak Riddar Jätte Häxe Huldre Vätte Sago "
    "Bergakungs Kejsar Tummelise Askungs Snövits Rödluve Törnrosa",
    "industri": "Verkstads Industri Maskin Gjuteri Svets Motor Turbin Transformator Generator "
    "Lager Frakt Terminal Åkeri Mekaniker Elektro Plast Cement Betong Gods Truck",
}
"""Stems; a suffix makes the street."""

SUFFIXES: dict[str, tuple[str, ...]] = {
    "villa": ("vägen", "vägen", "stigen", "gränd", "backen"),
    "flats": ("gatan", "vägen", "gatan"),
    "village": ("vägen", "vägen", "stigen", "gränd"),
    "industry": ("gatan", "vägen"),
    "centre": ("gatan", "gränden"),
    "country": ("vägen",),
}
PREFIXES = ("Norra", "Södra", "Östra", "Västra", "Lilla", "Gamla", "Nya", "Övre", "Nedre", "Stora")
VILLAGES = (
    "Sandby",
    "Björkvik",
    "Lövsta",
    "Ängsö",
    "Näsby",
    "Hagaby",
    "Tuna",
    "Åkersta",
    "Vreta",
    "Kolboda",
    "Sjövik",
    "Berga",
    "Marby",
    "Väsby",
    "Torpa",
    "Skogsby",
)
"""Villages around Ekhamn, in the order in which a larger municipality gets them."""

DISTRICTS = (
    "Haga",
    "Ekbacken",
    "Norrmalm",
    "Fridhem",
    "Rosenlund",
    "Åbyn",
    "Lugnet",
    "Ängslyckan",
    "Solbacken",
    "Hammaren",
    "Kvarnby",
    "Skogslyckan",
    "Tallkullen",
    "Vikingstad",
    "Blombacka",
    "Strandängen",
    "Hjortsberg",
    "Kungsladugård",
    "Östanå",
    "Väster",
    "Sörby",
    "Lindhaga",
    "Sjukhusområdet",
    "Brunnsäng",
    "Gärdet",
    "Norrtull",
    "Råby",
    "Nytorp",
    "Hässlehem",
    "Vallby",
)


EVERYWHERE = -1
"""The locality of country roads, whose addresses may belong to any town or village."""


class NameStock:
    """Hands out street names, none twice within a locality.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._used: dict[int, set[str]] = {}
        self._centre = list(rng.permutation(CENTRE.replace("Sankt ", "Sankt_").split()))

    def claim(self, locality: int, name: str) -> str:
        """Mark a given name as taken."""
        self._used.setdefault(locality, set()).add(name)
        return name

    def theme(self) -> str:
        """A theme for a district; industry has its own."""
        names = [theme for theme in THEMES if theme != "industri"]
        return names[int(self._rng.integers(len(names)))]

    def take(self, locality: int, zone: str, theme: str) -> str:
        """A name that the locality does not have yet."""
        near = self._used.values() if locality == EVERYWHERE else (
            self._used.get(locality, set()), self._used.get(EVERYWHERE, set()))  # fmt: skip
        used = set().union(*near)
        if zone == "centre":
            while self._centre:
                name = str(self._centre.pop()).replace("_", " ")
                if name not in used:
                    return self.claim(locality, name)
        for attempt in range(400):
            source = theme if attempt < 40 else self.theme()
            stems = THEMES[source].split()
            suffixes = SUFFIXES.get(zone, ("vägen",))
            stem = stems[int(self._rng.integers(len(stems)))]
            name = _joined(stem, suffixes[int(self._rng.integers(len(suffixes)))])
            if attempt >= 120:
                name = f"{PREFIXES[int(self._rng.integers(len(PREFIXES)))]} {name}"
            if name not in used:
                return self.claim(locality, name)
        return self.claim(locality, f"{DISTRICTS[len(used) % len(DISTRICTS)]}vägen {len(used)}")


def _joined(stem: str, suffix: str) -> str:
    """Stem and suffix in one word; three of the same consonant become two (Häggränd)."""
    if stem[-1] == stem[-2].lower() == suffix[0]:
        return stem[:-1] + suffix
    return stem + suffix
