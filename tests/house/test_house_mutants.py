"""The list of mutants stays true: what it changes is there, and so are the tests that notice."""

import pytest

from tests.mutants.read import ROOT, read_mutants


@pytest.mark.parametrize("mutant", read_mutants(), ids=lambda one: one.name)
def test_every_mutant_can_be_made(mutant):
    """A mutant whose line was rewritten is no longer made, and would be taken for noticed."""
    code = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert code.count(mutant.text) == 1
    assert mutant.text != mutant.becomes
    assert mutant.tests
    for test in mutant.tests:
        path, _, name = test.partition("::")
        assert f"def {name}" in (ROOT / path).read_text(encoding="utf-8")
