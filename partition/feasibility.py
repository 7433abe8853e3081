"""Proofs that no division can keep the rules, and the nearest settings that some division can.

Each check is a counting argument that a person can follow; where none fires, the search is
expected to find a division, and says so itself if it does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.errors import InfeasibleError, SettingsError
from data.model import Client
from data.rules import TeamRules


def check_rules(rules: TeamRules) -> None:
    """Refuse settings that mean nothing.

    Raises
    ------
    SettingsError
        In Swedish, naming the setting.
    """
    if rules.clients_min < 1:
        raise SettingsError("teams.clients_min måste vara minst 1.")
    if rules.clients_max < rules.clients_min:
        raise SettingsError(
            f"teams.clients_max ({rules.clients_max}) är mindre än "
            f"teams.clients_min ({rules.clients_min})."
        )
    if rules.n_teams is not None and rules.n_teams < 1:
        raise SettingsError("teams.n_teams måste vara minst 1.")
    if rules.balance_pct < 0:
        raise SettingsError("teams.balance_pct får inte vara negativ.")


def team_count_range(n_clients: int, rules: TeamRules) -> tuple[int, int]:
    """Least and greatest number of teams that the bounds allow; empty where least > greatest."""
    return -(-n_clients // rules.clients_max), n_clients // rules.clients_min


def choose_n_teams(n_clients: int, rules: TeamRules, n_present: int | None = None) -> int:
    """The number of teams: as asked, else as today, else nearest to the target size.

    Parameters
    ----------
    n_present : int, optional
        How many there are today; kept where the bounds allow it and none was asked for.

    Raises
    ------
    InfeasibleError
        Where no number of teams, or not the one asked for, fits the bounds.
    """
    least, most = team_count_range(n_clients, rules)
    bounds = f"{rules.clients_min}–{rules.clients_max} brukare per lag"
    if least > most:
        n_teams = max(1, round(n_clients / max(1, rules.clients_target)))
        raise InfeasibleError(
            f"{n_clients} brukare kan inte delas i lag med {bounds}: {most} lag är för få och "
            f"{least} för många. Närmast möjligt: {n_teams} lag med "
            f"{n_clients // n_teams}–{-(-n_clients // n_teams)} brukare."
        )
    wanted = rules.n_teams
    if wanted is None and n_present is not None and least <= n_present <= most:
        return n_present
    if wanted is None:
        return min(max(round(n_clients / max(1, rules.clients_target)), least), most)
    if not least <= wanted <= most:
        nearest = min(max(wanted, least), most)
        raise InfeasibleError(
            f"{wanted} lag med {bounds} rymmer {wanted * rules.clients_min}–"
            f"{wanted * rules.clients_max} brukare, men det finns {n_clients}. "
            f"Närmast möjligt: {nearest} lag (möjliga antal {least}–{most})."
        )
    return wanted


def check_locks(clients: Sequence[Client], rules: TeamRules, n_teams: int) -> None:
    """Find locks that contradict each other or the bounds (faults.md D9).

    Raises
    ------
    InfeasibleError
        All contradictions in one message, by client id and team id.
    """
    found: list[str] = []
    locked = [client for client in clients if client.locked_team]
    found.extend(
        f"brukare {client.client_id} är låst men har inget lag"
        for client in locked
        if not client.team_id
    )
    homes: dict[str, dict[str, str]] = {}
    for client in locked:
        if client.household_id and client.team_id:
            homes.setdefault(client.household_id, {})[client.team_id] = client.client_id
    for teams in homes.values():
        if len(teams) > 1:
            who = ", ".join(f"{client_id} i {team}" for team, client_id in sorted(teams.items()))
            found.append(f"samma hushåll är låst i olika lag ({who})")
    n_locked = Counter(client.team_id for client in locked if client.team_id)
    found.extend(
        f"lag {team} har {n} låsta brukare men högst {rules.clients_max} får finnas där"
        for team, n in sorted(n_locked.items())
        if n > rules.clients_max
    )
    if len(n_locked) > n_teams:
        found.append(
            f"låsningar finns i {len(n_locked)} lag men bara {n_teams} lag ska finnas; "
            f"närmast möjligt: {len(n_locked)} lag"
        )
    else:
        least = sum(max(n, rules.clients_min) for n in n_locked.values())
        least += (n_teams - len(n_locked)) * rules.clients_min
        if least > len(clients):
            found.append(
                f"med låsningarna behövs minst {least} brukare för {n_teams} lag, "
                f"men det finns {len(clients)}; {_nearest_with_locks(clients, n_locked, rules)}"
            )
    if found:
        raise InfeasibleError("Låsningarna går inte ihop: " + "; ".join(found) + ".")


def _nearest_with_locks(clients: Sequence[Client], n_locked: Counter[str], rules: TeamRules) -> str:
    """The most teams that bounds and locks allow together, or else the least bound that fits."""
    for n_teams in range(len(clients) // rules.clients_min, len(n_locked) - 1, -1):
        least = sum(max(n, rules.clients_min) for n in n_locked.values())
        least += (n_teams - len(n_locked)) * rules.clients_min
        if n_teams > 0 and least <= len(clients) <= n_teams * rules.clients_max:
            return f"närmast möjligt: {n_teams} lag"
    n_teams = max(len(n_locked), -(-len(clients) // rules.clients_max))
    for low in range(rules.clients_min, 0, -1):
        least = sum(max(n, low) for n in n_locked.values()) + (n_teams - len(n_locked)) * low
        if least <= len(clients):
            return f"närmast möjligt: {n_teams} lag och teams.clients_min = {low}"
    return "närmast möjligt: färre låsningar"


def check_islands(
    client_ids: Sequence[str], part: NDArray[np.int64], rules: TeamRules, n_teams: int
) -> None:
    """Find parts of the network that no team can serve on its own (faults.md B8).

    Parameters
    ----------
    part : ndarray, int64, shape (n,)
        The connected part in which each client lives.

    Raises
    ------
    InfeasibleError
        Where a part holds too few clients for a team or no whole number of teams fits it.
    """
    sizes = np.bincount(part)
    if len(sizes) <= 1:
        return
    found = []
    for number in np.argsort(sizes, kind="stable"):
        least, most = team_count_range(int(sizes[number]), rules)
        if least > most:
            ids = [client_ids[i] for i in np.flatnonzero(part == number).tolist()]
            shown = ", ".join(ids[:10]) + (" …" if len(ids) > 10 else "")
            found.append(f"{len(ids)} brukare ({shown}) saknar väg till de andra")
    n_least = sum(team_count_range(int(size), rules)[0] for size in sizes)
    if not found and n_least > n_teams:
        found.append(f"nätets delar behöver minst {n_least} lag men {n_teams} ska finnas")
    if found:
        # So many teams in each part, as even as can be, keep the upper bound and this lower one.
        n_in_part = [-(-int(size) // rules.clients_max) for size in sizes]
        low = min(int(size) // n for size, n in zip(sizes, n_in_part, strict=True))
        raise InfeasibleError(
            "Inget lag kan nå alla sina brukare: " + "; ".join(found) + ". Närmast möjligt: rätta "
            "läget eller gatunätet, välj ett annat färdsätt, eller sätt teams.clients_min = "
            f"{min(low, rules.clients_min)} och teams.n_teams = {sum(n_in_part)}."
        )
