"""``--cluster``: where the work is done, and what is refused."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from data.errors import SettingsError
from hemrunda.scale.executors import Executor, Processes, Threads

MOST: Final = 256
FORMS: Final = (
    "threads:N, processes:N, local:N eller tls://maskin:8786"  # said to whoever wrote another
)


@contextlib.contextmanager
def executor_at(text: str, certificates: Path | None = None) -> Iterator[Executor]:
    """The executor that ``text`` names, closed at the end.

    Parameters
    ----------
    text : str
        ``threads:N``, ``processes:N``, ``local:N`` (Dask on this machine), ``tls://host:port``;
        ``tcp://`` on the loopback only.
    certificates : Path, optional
        The folder that ``hemrunda cluster certificates`` wrote.

    Raises
    ------
    SettingsError
        Where it is none of these, or client data would travel unencrypted.
    """
    made = _made(text.strip(), certificates)
    try:
        yield made
    finally:
        made.close()


def _made(text: str, certificates: Path | None) -> Executor:
    kind, _, rest = text.partition(":")
    if kind in ("threads", "processes", "local") and rest.isdecimal() and 0 < int(rest) <= MOST:
        n = int(rest)
        if kind == "threads":
            return Threads(n)
        if kind == "processes":
            return Processes(n)
        from hemrunda.scale.dask_executor import DaskCluster

        return DaskCluster("", n_local=n)
    address = _address(text)
    if address is None:
        raise SettingsError(f"--cluster: skriv {FORMS}.")
    scheme, host = address
    if scheme == "tcp" and not _is_loopback(host):
        raise SettingsError(
            "Över nätet går ingenting utan kryptering: uppgifterna säger vilka som får omsorg. "
            "Använd tls:// med certifikat; gör dem med: "
            "hemrunda cluster certificates MAPP --host NAMN"
        )
    if scheme == "tls" and certificates is None:
        raise SettingsError(
            "tls:// behöver --certificates MAPP. Gör certifikaten med: "
            "hemrunda cluster certificates MAPP --host NAMN"
        )
    from hemrunda.scale.certificates import refuse_lacking
    from hemrunda.scale.dask_executor import DaskCluster

    if certificates is not None:
        refuse_lacking(certificates)
    return DaskCluster(text, certificates if scheme == "tls" else None)


def _address(text: str) -> tuple[str, str] | None:
    """Scheme and host of an address with a port; None where it is none."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("tls", "tcp") or not parts.hostname or port is None:
        return None
    return parts.scheme, parts.hostname


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
