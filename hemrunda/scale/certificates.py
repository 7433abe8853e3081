"""Certificates for a cluster: who may give work, deal it out, and do it.

One authority of our own signs three certificates, each with its own key. The authority's key is
thrown away when they are written, so that nobody can add a fourth.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from data.errors import SettingsError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

CA: Final = "ca.pem"
CLIENT: Final = "client"
ROLES: Final = ("scheduler", "worker", CLIENT)
VALID_DAYS: Final = 397
"""The longest that browsers' authorities grant (CA/Browser Forum, Baseline Requirements 6.3.2)."""


def write_certificates(folder: Path, hosts: Sequence[str], now: dt.datetime) -> list[Path]:
    """Write ``ca.pem`` and, for each role, ``ROLE.pem`` and ``ROLE-key.pem``; only for the owner.

    Parameters
    ----------
    folder : Path
        Made if it is not there; must hold no certificates.
    hosts : sequence of str
        Names and addresses of the machines; the loopback is always among them.
    now : datetime
        Aware; they are valid from a day before.

    Raises
    ------
    SettingsError
        Where certificates are there already, or the package that makes them is not.
    """
    try:
        from cryptography.hazmat.primitives import serialization
    except ImportError as error:
        raise SettingsError(
            "Certifikat behöver ett paket till: pip install 'hemrunda[cluster]'."
        ) from error
    from data.atomic import write_bytes

    if any((folder / f"{role}.pem").exists() for role in ("ca", *ROLES)):
        raise SettingsError(f"{folder.name} har redan certifikat. Välj en ny mapp.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca_key = _key()
    authority = _signed("Hemrunda", ca_key, None, (), now)
    written = [folder / CA]
    write_bytes(folder / CA, authority.public_bytes(serialization.Encoding.PEM))
    for role in ROLES:
        key = _key()
        signed = _signed(f"hemrunda {role}", key, (ca_key, authority), hosts, now)
        pem = signed.public_bytes(serialization.Encoding.PEM)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )  # fmt: skip
        write_bytes(folder / f"{role}.pem", pem)
        write_bytes(folder / f"{role}-key.pem", private)
        written += [folder / f"{role}.pem", folder / f"{role}-key.pem"]
    return written


def refuse_lacking(folder: Path) -> None:
    """Say what is missing of what a client needs.

    Raises
    ------
    SettingsError
    """
    needed = (CA, f"{CLIENT}.pem", f"{CLIENT}-key.pem")
    lacking = [name for name in needed if not (folder / name).is_file()]
    if lacking:
        raise SettingsError(
            f"Certifikat saknas i {folder.name}: {', '.join(lacking)}. "
            "Gör dem med: hemrunda cluster certificates MAPP --host NAMN"
        )


def _key() -> ec.EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None,
    hosts: Sequence[str],
    now: dt.datetime,
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[1].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is not None:
        names = [_general_name(host) for host in ("localhost", "127.0.0.1", *hosts)]
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return made.sign(issuer[0] if issuer else key, hashes.SHA256())


def _general_name(host: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
