"""A phone sheet that only a passphrase opens: AES-GCM, opened by the browser itself (G10).

The key comes from the passphrase by PBKDF2 (RFC 8018) with SHA-256 and as many rounds as OWASP's
password storage cheat sheet asks for (600 000). The browser opens it with WebCrypto, from a file
and with no network. Needs the package ``cryptography`` (``pip install '.[sealed]'``).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from pathlib import Path

from data.atomic import write_text
from data.errors import NotAvailableError
from data.streets import StreetNetwork
from maps.common.safe_page import Page, render
from maps.common.texts import texts
from maps.files.passphrases import refuse_weak
from maps.files.sheet_phone import phone_html
from maps.paper.sheet_view import Sheet

N_ROUNDS = 600_000


def write_sealed_sheet(
    path: Path,
    sheet: Sheet,
    network: StreetNetwork,
    *,
    passphrase: str,
    stamp: str,
    language: str = "sv",
    door_codes: Mapping[str, str] | None = None,
) -> None:
    """Write the phone sheet so that it can be read with the passphrase only.

    Parameters
    ----------
    door_codes : mapping of str to str, optional
        By client; they stand in no other file.

    Raises
    ------
    SettingsError
        Where the passphrase could be guessed.
    NotAvailableError
        Where the package ``cryptography`` is missing.
    StoreError
        Where the file cannot be written.
    """
    refuse_weak(passphrase)
    words = texts(language)
    content = phone_html(sheet, network, stamp=stamp, language=language, door_codes=door_codes)
    page = Page(
        language=language,
        title=words["sheet"],
        no_script=words["sealed_no_script"],
        body="sealed.html",
        styles=("plain.css", "phone.css"),
        scripts=("core.js", "sheet_clock.js", "sealed.js"),
        payloads={
            "texts": {key: words[key] for key in words if key.startswith("sealed")},
            "page": {"heading": words["sheet"]},
            "sealed": _sealed(content, passphrase),
        },
    )
    write_text(Path(path), render(page))


def _sealed(content: str, passphrase: str) -> dict[str, object]:
    """What the browser needs to open it, all but the passphrase."""
    try:
        from cryptography.hazmat.primitives.ciphers.aead import (  # type: ignore[import-not-found,unused-ignore]
            AESGCM,
        )
    except ImportError as error:
        raise NotAvailableError("Paketet cryptography saknas: pip install '.[sealed]'.") from error
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    key = hashlib.pbkdf2_hmac("sha256", passphrase.encode("utf-8"), salt, N_ROUNDS)
    closed = AESGCM(key).encrypt(nonce, content.encode("utf-8"), None)
    return {
        "rounds": N_ROUNDS,
        "salt": base64.b64encode(salt).decode("ascii"),
        "nonce": base64.b64encode(nonce).decode("ascii"),
        "text": base64.b64encode(closed).decode("ascii"),
    }
