"""``--cluster`` and ``--certificates`` of the commands that can search elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from hemrunda.scale.executors import Executor
    from routing.rounds.area_task import AreaRunner

C = TypeVar("C", bound=Callable[..., Any])


ASKED = "hemrunda.cluster"
again_option = click.option(
    "--again", is_flag=True, help="Försök en gång till med dem som inte gick att planera."
)


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    ctx.meta[f"{ASKED}.{param.name}"] = value


def cluster_options(command: C) -> C:
    """Add where the work is done; `executor_asked` and `areas_asked` read it."""
    for option in (
        click.option(
            "--certificates",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            default=None,
            metavar="MAPP",
            expose_value=False,
            callback=_remember,
            help="Certifikat för tls://, gjorda med hemrunda cluster certificates.",
        ),
        click.option(
            "--cluster",
            default="",
            metavar="VAR",
            expose_value=False,
            callback=_remember,
            help="Var det räknas: processes:N, local:N eller tls://maskin:8786. Planen blir "
            "densamma.",
        ),
    ):
        command = option(command)
    return command


def executor_asked(workers: int) -> Executor:
    """The executor that the command line asks for, until the command is done.

    Raises
    ------
    SettingsError
        As `hemrunda.scale.cluster_address.executor_at`.
    """
    from hemrunda.scale.cluster_address import executor_at

    context = click.get_current_context()
    where = context.meta.get(f"{ASKED}.cluster") or f"threads:{workers}"
    return context.with_resource(executor_at(where, context.meta.get(f"{ASKED}.certificates")))


def areas_asked() -> AreaRunner | None:
    """Where a plan's areas are searched; None: in threads here.

    Raises
    ------
    SettingsError
    """
    if not click.get_current_context().meta.get(f"{ASKED}.cluster"):
        return None
    from hemrunda.scale.area_runner import areas_on

    return areas_on(executor_asked(1))
