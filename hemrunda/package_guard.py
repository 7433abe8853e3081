"""Guard against another distribution that overwrites one of our generic package names.

``data``, ``maps``, ``routing`` and ``partition`` are names that anybody may publish under;
installing such a package into the same environment silently replaces ours.
"""

from __future__ import annotations

from importlib.metadata import packages_distributions

PACKAGES = ("data", "routing", "partition", "maps", "hemrunda")


def foreign_claimants() -> dict[str, list[str]]:
    """Each of our packages that another distribution claims too, with the claimants."""
    claimants = packages_distributions()
    return {
        package: sorted(set(claimants.get(package, [])) - {"hemrunda"})
        for package in PACKAGES
        if set(claimants.get(package, [])) - {"hemrunda"}
    }


def package_notes() -> list[str]:
    """A Swedish note, or none when all is well."""
    from data.kernels import NOTES

    foreign = foreign_claimants()
    if not foreign:
        return list(dict.fromkeys(NOTES))
    named = "; ".join(f"{package}: {', '.join(names)}" for package, names in foreign.items())
    return [
        f"Andra paket har skrivit över delar av Hemrunda ({named}). "
        "Installera Hemrunda i en egen venv.",
        *dict.fromkeys(NOTES),
    ]
