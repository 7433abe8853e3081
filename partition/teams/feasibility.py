"""Proofs that no division can keep the rules, and the nearest settings that some division can.

Each check is a counting argument that a person can follow; where none fires, the search is
expected to find a division, and says so itself if it does not. What is possible is told as settings
to write into the file, each of which is a setting that some division keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.errors import InfeasibleError, SettingsError
from data.model import Client
from data.rules import TeamRules
from partition.teams.must_link import must_links


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
        problem = (
            f"{most} lag är för få och {least} för många" if most else "de räcker inte till ett"
        )
        raise InfeasibleError(
            f"{n_clients} brukare kan inte delas i lag med {bounds}: {problem}. "
            f"Närmast möjligt: {_nearest_bounds(n_clients, rules, least, most)}."
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
            f"Närmast möjligt: teams.n_teams = {nearest} (möjliga antal {least}–{most})."
        )
    return wanted


def _nearest_bounds(n_clients: int, rules: TeamRules, least: int, most: int) -> str:
    """The lower bound lowered or the upper one raised, whichever is the smaller step."""
    low = n_clients // least
    high = -(-n_clients // max(1, most))
    if most == 0 or rules.clients_min - low <= high - rules.clients_max:
        return f"teams.clients_min = {low}, som ger {least} lag"
    return f"teams.clients_max = {high}, som ger {most} lag"


def check_households(clients: Sequence[Client], rules: TeamRules) -> None:
    """Find must_links (see `must_link`) that no team may hold, since they are never parted.

    Raises
    ------
    InfeasibleError
        Naming the largest.
    """
    largest = max(must_links(clients), key=len, default=[])
    if len(largest) > rules.clients_max:
        ids = [clients[i].client_id for i in largest]
        kept = any(clients[i].together_id for i in largest)
        cause = "Hålls ihop eller Hushåll" if kept else "samma hushåll"
        raise InfeasibleError(
            f"Ett hushåll hålls alltid ihop, och de som ska hållas ihop, men {listed(ids)} är "
            f"{len(ids)} ({cause}) och högst {rules.clients_max} brukare får finnas i ett lag. "
            f"Närmast möjligt: teams.clients_max = {len(ids)}."
        )


def listed(ids: Sequence[str], most: int = 10) -> str:
    """The first ids, and how many more there are."""
    more = f" och {len(ids) - most} till" if len(ids) > most else ""
    return ", ".join(ids[:most]) + more


def check_locks(clients: Sequence[Client], rules: TeamRules, n_teams: int) -> None:
    """Find locks that contradict each other or the bounds (faults.md D9).

    Raises
    ------
    InfeasibleError
        All contradictions in one message, by client id and team id.
    """
    problems: list[str] = []
    locked = [client for client in clients if client.locked_team]
    problems.extend(
        f"brukare {client.client_id} är låst men har inget lag (ange lag, eller ta bort låsningen)"
        for client in locked
        if not client.team_id
    )
    held = [client.team_id if client.locked_team else "" for client in clients]
    for members in must_links(clients):
        teams = {held[i]: clients[i].client_id for i in members if held[i]}
        if len(teams) > 1:
            who = ", ".join(f"{client_id} i {team}" for team, client_id in sorted(teams.items()))
            kept = any(clients[i].together_id for i in members)
            cause = "de som ska hållas ihop" if kept else "samma hushåll"
            problems.append(
                f"{cause} är låst i olika lag ({who}; lås alla i ett, eller lås upp en)"
            )
        # Who is never parted from a locked client is as good as locked.
        for i in members:
            held[i] = min(teams, default="")
    n_locked = Counter(team for team in held if team)
    problems.extend(
        f"lag {team} har {n} låsta brukare (med sina hushåll) men högst {rules.clients_max} får "
        f"finnas där; närmast möjligt: teams.clients_max = {n}, eller lås upp "
        f"{n - rules.clients_max}"
        for team, n in sorted(n_locked.items())
        if n > rules.clients_max
    )
    if len(n_locked) > n_teams:
        problems.append(
            f"låsningar finns i {len(n_locked)} lag men bara {n_teams} lag ska finnas; "
            f"närmast möjligt: teams.n_teams = {len(n_locked)}"
        )
    else:
        least = sum(max(n, rules.clients_min) for n in n_locked.values())
        least += (n_teams - len(n_locked)) * rules.clients_min
        if least > len(clients):
            problems.append(
                f"med låsningarna behövs minst {least} brukare för {n_teams} lag, "
                f"men det finns {len(clients)}; {_nearest_with_locks(clients, n_locked, rules)}"
            )
    if problems:
        raise InfeasibleError("Låsningarna går inte ihop: " + "; ".join(problems) + ".")


def _nearest_with_locks(clients: Sequence[Client], n_locked: Counter[str], rules: TeamRules) -> str:
    """The most teams that bounds and locks allow together, or else the least bound that fits."""
    for n_teams in range(len(clients) // rules.clients_min, len(n_locked) - 1, -1):
        least = sum(max(n, rules.clients_min) for n in n_locked.values())
        least += (n_teams - len(n_locked)) * rules.clients_min
        if n_teams > 0 and least <= len(clients) <= n_teams * rules.clients_max:
            return f"närmast möjligt: teams.n_teams = {n_teams}"
    n_teams = max(len(n_locked), -(-len(clients) // rules.clients_max))
    for low in range(rules.clients_min, 0, -1):
        least = sum(max(n, low) for n in n_locked.values()) + (n_teams - len(n_locked)) * low
        if least <= len(clients):
            return f"närmast möjligt: teams.n_teams = {n_teams} och teams.clients_min = {low}"
    return "närmast möjligt: färre låsningar"


def check_islands(
    clients: Sequence[Client], part: NDArray[np.int64], rules: TeamRules, n_teams: int
) -> None:
    """Find parts of the network that no team can serve on its own (faults.md B8).

    Parameters
    ----------
    part : ndarray, int64, shape (n,)
        The connected part in which each client lives.

    Raises
    ------
    InfeasibleError
        Where a part holds too few clients for a team, no whole number of teams fits it, or a team
        has locked clients in two parts.
    """
    sizes = np.bincount(part)
    if len(sizes) <= 1:
        return
    _check_locks_on_islands(clients, part)
    for members in must_links(clients):
        if len({int(part[i]) for i in members}) > 1:
            raise InfeasibleError(
                f"{listed([clients[i].client_id for i in members])} ska hållas ihop men ingen väg "
                "finns mellan dem. Närmast möjligt: ta bort Hålls ihop för en av dem, eller rätta "
                "läget eller gatunätet."
            )
    islands = []
    for number in np.argsort(sizes, kind="stable"):
        least, most = team_count_range(int(sizes[number]), rules)
        if least > most:
            ids = [clients[i].client_id for i in np.flatnonzero(part == number).tolist()]
            islands.append(f"{len(ids)} brukare ({listed(ids)}) saknar väg till de andra")
    ranges = [team_count_range(int(size), rules) for size in sizes]
    n_least, n_most = (sum(bounds[q] for bounds in ranges) for q in (0, 1))
    if not islands and not n_least <= n_teams <= n_most:
        islands.append(f"nätets delar behöver {n_least}–{n_most} lag men {n_teams} ska finnas")
    if islands:
        # So many teams in each part, as even as can be, keep the upper bound and this lower one.
        n_in_part = [-(-int(size) // rules.clients_max) for size in sizes]
        low = min(int(size) // n for size, n in zip(sizes, n_in_part, strict=True))
        raise InfeasibleError(
            "Inget lag kan nå alla sina brukare: "
            + "; ".join(islands)
            + ". Närmast möjligt: rätta "
            "läget eller gatunätet, välj ett annat färdsätt, eller sätt teams.clients_min = "
            f"{min(low, rules.clients_min)} och teams.n_teams = {sum(n_in_part)}."
        )


def _check_locks_on_islands(clients: Sequence[Client], part: NDArray[np.int64]) -> None:
    """A team cannot keep locked clients in parts between which nobody can travel."""
    seen: dict[str, tuple[int, str]] = {}
    for client, number in zip(clients, part.tolist(), strict=True):
        if not client.locked_team:
            continue
        first, other = seen.setdefault(client.team_id, (number, client.client_id))
        if first != number:
            raise InfeasibleError(
                f"Låsningarna går inte ihop: {other} och {client.client_id} är låsta i lag "
                f"{client.team_id} men ingen väg finns mellan dem. Närmast möjligt: lås upp en av "
                "dem, eller rätta läget eller gatunätet."
            )
