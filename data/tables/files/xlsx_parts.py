"""The parts of a workbook's archive: found by relations and content types, not by their names.

Names are compared without case and percent escapes, as ECMA-376 part 2 (Open Packaging
Conventions, 8.3 and 9.3) has it; targets may be absolute, relative or outside ``xl``; both the
transitional and the strict relation types count.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree  # only roots that the reader made, declarations refused

Root = Callable[[str], ElementTree.Element]
"""Reads a member of the archive; document types are refused."""

_BOOK_TYPES: Final = (".sheet.main+xml", ".macroenabled.main+xml", ".template.main+xml")


class Relation(NamedTuple):
    """One relation of a part."""

    id: str
    kind: str
    """The last word of its type: ``worksheet``, ``sharedStrings``, ``styles`` …"""
    member: str
    """The archive's own name of the target; empty where it is not there."""


def plain_name(name: str) -> str:
    """A part's name as it is compared: from the root, in one case, ``..`` and escapes undone."""
    whole = posixpath.normpath("/" + unquote(name).replace("\\", "/"))
    return whole.lstrip("/").casefold()


@dataclass
class Package:
    """The archive by its parts.

    Attributes
    ----------
    names : dict of str to str
        `plain_name` → the archive's own name. Of names that differ by case alone the first counts,
        but one that is written exactly goes before.
    """

    archive: zipfile.ZipFile
    root: Root
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the names."""
        for name in self.archive.namelist():
            self.names.setdefault(plain_name(name), name)

    def member(self, part: str) -> str:
        """The archive's own name of a part; empty where it is not there."""
        if part in self.archive.NameToInfo:
            return part
        return self.names.get(plain_name(part), "")

    @cached_property
    def types(self) -> dict[str, str]:
        """Content type of each part that has one of its own, in lower case."""
        listed = self.member("[Content_Types].xml")
        if not listed:
            return {}
        return {
            plain_name(node.get("PartName", "")): node.get("ContentType", "").lower()
            for node in self.root(listed)
            if node.tag.endswith("}Override")
        }

    def of_type(self, *endings: str) -> list[str]:
        """The members whose content type ends so."""
        return [
            self.names[part]
            for part, kind in self.types.items()
            if part in self.names and kind.endswith(endings)
        ]

    def relations(self, member: str) -> list[Relation]:
        """The relations of a part; of the package itself where it is empty."""
        folder, _, name = member.replace("\\", "/").rpartition("/")
        listed = self.member(posixpath.join(folder, "_rels", f"{name}.rels"))
        if not listed:
            return []
        return [
            Relation(
                node.get("Id", ""),
                node.get("Type", "").rstrip("/").rpartition("/")[2],
                self._target(folder, node.get("Target", "")),
            )
            for node in self.root(listed)
            if node.get("TargetMode", "").lower() != "external"
        ]

    def _target(self, folder: str, target: str) -> str:
        """The member that a target names: from its folder, else from the root, else from xl."""
        target = target.replace("\\", "/").partition("#")[0]
        if target.startswith("/"):
            return self.member(target)
        places = (posixpath.join(folder, target), target, posixpath.join("xl", target))
        return next((member for place in places if (member := self.member(place))), "")

    @cached_property
    def workbook(self) -> str:
        """The workbook's own part; empty where there is none."""
        for relation in self.relations(""):
            if relation.kind == "officeDocument" and relation.member:
                return relation.member
        usual = self.member("xl/workbook.xml") or self.member("xl/workbook.bin")
        return (self.of_type(*_BOOK_TYPES) or [usual])[0]

    def part_of_book(self, kind: str, ending: str, usual: str) -> str:
        """A part that the workbook shares, such as its strings; empty where there is none."""
        for relation in self.relations(self.workbook):
            if relation.kind.casefold() == kind.casefold() and relation.member:
                return relation.member
        return (self.of_type(ending) or [self.member(usual)])[0]
