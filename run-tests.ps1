# Makes a venv, installs the pinned requirements with the test extra, and runs every test.
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot
py -3 -m venv .venv-test
.venv-test\Scripts\python -m pip install -q --require-hashes -r requirements-test.txt
.venv-test\Scripts\python -m pip install -q --no-deps --no-build-isolation --editable .
.venv-test\Scripts\python -m pytest -n 2 $args
