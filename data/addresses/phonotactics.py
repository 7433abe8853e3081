"""Can a name be said at all? Slips of the keyboard often make what no language could say.

"Sdorgatan" and "Grnavägen" are nobody's street; "Solvägen" may well be. A written name that cannot
be said is a slip, however short it is. The clusters that may begin a syllable are those of Swedish
and German, loans included; whatever is not among them at the beginning of a word, and cannot be
cut into an ending and a beginning inside one, cannot be said.

Source: Riad, The Phonology of Swedish (2014), chapter 11, onsets and codas; German adds pf, zw and
schw.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_VOWELS: Final = "aeiouyåäöü"
_CONSONANTS = re.compile(rf"[^{_VOWELS}]+")
_ONSET_WORDS: Final = """
    b c d f g h j k l m n p q r s t v w x z bj bl br ch chl chr cl cr dj dr dv fj fl fn fr
    gj gl gn gr hj hv kj kl kn kr kv lj mj nj pf pfl pfr ph pj pl pr ps qu rh sc sch schl
    schm schn schr schw scr sf sh sj sk skj skl skr skv sl sm sn sp spj spl spr st stj str
    sv sw th thr tj tr ts tv tw tz vl vr wh wr zw
"""
_CODA_WORDS: Final = """
    b c d f g h j k l m n p q r s t v w x z jd jk jl jt lfs ngst nkst rps wn bb ck dd ff gg
    kk ll mm nn pp rr ss tt zz ch cht ckt ckl dl ds dt ft fts gd gl gn gs gt kl ks kt kts lb
    ld ldt lf lg lj lk lks lm ln lp lr ls lsk lst lt lts lv lz mb md mf ml mn mp mpf mps mpt
    mr ms mst mt nd nds ndr ng ngs ngt nj nk nks nkt nl nr ns nsk nst nt nts nz pf pl ps pt
    rb rch rd rds rf rft rg rgs rj rk rks rl rld rm rms rn rns rp rs rsch rsk rst rt rts rv
    rvs rz sch sk sl sm sn sp st ts tz tzk vd vl vn vr vs
"""


_ONSETS: Final = frozenset(_ONSET_WORDS.split())
_CODAS: Final = frozenset(_CODA_WORDS.split())


@lru_cache(maxsize=100_000)
def is_pronounceable(name: str) -> bool:
    """Whether every cluster of consonants in a name (lower case, accents kept or not) can be said.

    >>> [is_pronounceable(name) for name in ("sdor", "grna", "skol", "kvrn")]
    [False, False, True, False]
    """
    letters = re.sub(r"[^a-zåäöü]", "", name.casefold()).replace("q", "k").replace("w", "v")
    # Old spellings of names: Dahl, Röhss, Lindh, Liberath.
    letters = re.sub(rf"(?<=[{_VOWELS}])h(?=[^{_VOWELS}])|(?<=[dtgr])h(?![{_VOWELS}])", "", letters)
    if not re.search(f"[{_VOWELS}]", letters):
        return False
    if re.search(r"(.)\1\1", letters):
        return False
    for match in _CONSONANTS.finditer(letters):
        cluster = match.group()
        if match.start() == 0:
            fits = cluster in _ONSETS
        elif match.end() == len(letters):
            fits = _is_coda(cluster)
        else:
            fits = (
                any(
                    _is_coda(cluster[:cut]) and (cut == len(cluster) or cluster[cut:] in _ONSETS)
                    for cut in range(1, len(cluster) + 1)
                )
                or cluster in _ONSETS
            )
        if not fits:
            return False
    return True


def _is_coda(cluster: str) -> bool:
    """Compounds put an s after the first part: "kvartsgatan", "skogsvägen"."""
    return cluster in _CODAS or (cluster[-1:] == "s" and cluster[:-1] in _CODAS)
