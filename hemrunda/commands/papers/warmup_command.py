"""``hemrunda warmup``: compile every kernel once, with a bar; at the first plan by itself."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from data.progress import Progress

FAMILIES: Final = (
    "routing.travel.kernels", "routing.engine", "routing.bounds", "partition.annealing",
)  # fmt: skip
"""Packages whose kernels every plan runs."""


@click.command("warmup", epilog="Exempel:  hemrunda warmup")
def command() -> None:
    """Kompilera programmet i förväg, så att första planen inte behöver vänta.

    En liten påhittad kommun planeras, på två processorer där det finns; den sparas inte.
    """
    from data.kernels import cache_root
    from hemrunda.console import progress_bar

    with progress_bar(has_best=False) as progress:
        compile_all(progress)
    root = cache_root()
    click.echo("Klart." if root is None else f"Klart. Det ligger i {root}.")


def is_compiled() -> bool:
    """Whether the kernels of this version lie compiled on this machine, or need not be."""
    from data.kernels import family_cache_dir

    if os.environ.get("NUMBA_DISABLE_JIT") == "1":
        return True
    folders = [family_cache_dir(_folder_of(name)) for name in FAMILIES]
    # Where nothing can be kept, each kernel is compiled when it is used, and no others.
    return all(not folder or any(Path(folder).rglob("*.nbi")) for folder in folders)


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent


def compile_at_first_start(*, quiet: bool) -> None:
    """Compile before the first plan of this version on this machine, and say so meanwhile."""
    from hemrunda.console import progress_bar

    if is_compiled():
        return
    if not quiet:
        click.echo(
            "Första gången på den här datorn: programmet görs klart. Det tar någon minut, en gång.",
            err=True,
        )
    with progress_bar(quiet=quiet, has_best=False) as progress:
        compile_all(progress)


def compile_all(progress: Progress) -> None:
    """Compile for a small made-up municipality, in two processes where they can share a folder."""
    from data.kernels import family_cache_dir
    from hemrunda.scale.first_compile import compile_everything, n_processors

    is_kept = all(family_cache_dir(_folder_of(name)) for name in FAMILIES)
    compile_everything(progress, is_apart=is_kept and n_processors() > 1)
