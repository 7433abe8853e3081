"""A client who is new today, as a planner types her, laid over a plan at hand (NO-01).

What she is to have comes by ``--new-visit``; team and contact are proposed as for any newcomer.
Where she lives is said by a point or by an address in the streets' own register, and stands in no
message.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from data.errors import SettingsError

if TYPE_CHECKING:
    from data.model import Client
    from hemrunda.workfolder.plan_context import PlanContext

CLIENT_FORM: Final = "BRUKARE,E,N eller BRUKARE,adress, och vid behov ,lägenhet ,nyckel ,skyddad"
BOUND_M: Final = 2000
"""So far outside the streets a point is a slip."""
_WORDS: Final = ("hus", "lägenhet", "nyckel", "husdjur", "skyddad")


def with_new_clients(
    plan: PlanContext, texts: Sequence[str], served: Collection[str], since: dt.date
) -> tuple[PlanContext, list[str]]:
    """The plan over tables and ways that hold the new clients, and who they are, in words.

    Parameters
    ----------
    plan : PlanContext
    texts : sequence of str
        One each, in `CLIENT_FORM`.
    served : collection of str
        Ids of clients who get something besides service, and so need a contact (OR-02).
    since : date
        When their service begins.

    Raises
    ------
    SettingsError
        Where one cannot be read or placed, or exists already; all are named, by number.
    """
    from data.travel_times import modes_of
    from routing.travel import travel_times

    if not texts:
        return plan, []
    faults: list[str] = []
    newcomers: list[Client] = []
    for number, text in enumerate(texts, 1):
        try:
            client = _read(plan, text)
        except ValueError as error:
            faults.append(f"--new-client nr {number}: {error}")
            continue
        known = {client.client_id for client in (*plan.municipality.clients, *newcomers)}
        if client.client_id in known:
            faults.append(f"--new-client nr {number}: brukaren finns redan")
        else:
            needs = client.client_id in served
            newcomers.append(replace(client, valid_from=since, needs_contact=needs))
    if faults:
        raise SettingsError("\n  ".join(["De nya brukarna kan inte läsas:", *faults]))
    town = replace(plan.municipality, clients=(*plan.municipality.clients, *newcomers))
    modes = modes_of(town.staff, plan.config.general.mode)
    travel, engine, _ = travel_times(
        plan.network, town, modes, profile=plan.config.travel, engine=plan.engine
    )
    sentences = [f"ny brukare: {client.client_id} från {since}" for client in newcomers]
    return replace(plan, municipality=town, travel=travel, engine=engine), sentences


def _read(plan: PlanContext, text: str) -> Client:
    from data.model import Client
    from data.tables.schema.cells import identifier

    parts = [part.strip() for part in text.split(",")]
    words: set[str] = set()
    while len(parts) > 2 and parts[-1].casefold() in _WORDS:
        words.add(parts.pop().casefold())
    if len(parts) not in (2, 3):
        raise ValueError(f"skriv {CLIENT_FORM}")
    try:
        client_id = identifier(parts[0])
        point = (float(parts[1]), float(parts[2])) if len(parts) == 3 else None
    except ValueError as error:
        raise ValueError(f"skriv {CLIENT_FORM}") from error
    east, north = _inside(plan, point) if point is not None else _at_address(plan, parts[1])
    return Client(
        client_id, east, north, "flat" if "lägenhet" in words else "house",
        physical_key="nyckel" in words, pets="husdjur" in words, protected="skyddad" in words,
    )  # fmt: skip


def _inside(plan: PlanContext, point: tuple[float, float]) -> tuple[float, float]:
    west, south, east, north = plan.network.bounds
    is_near = (
        west - BOUND_M <= point[0] <= east + BOUND_M
        and south - BOUND_M <= point[1] <= north + BOUND_M
    )
    if not is_near:
        raise ValueError("punkten ligger utanför gatunätet; E före N, i gatunätets system")
    return point


def _at_address(plan: PlanContext, address: str) -> tuple[float, float]:
    from data.addresses import Query, geocode

    answer = geocode([Query("1", address)], plan.network.addresses)[0]
    if not answer.is_accepted:
        raise ValueError("adressen finns inte entydigt i gatunätets register; ange E och N")
    return answer.x, answer.y
