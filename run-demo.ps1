# Makes a venv, installs the pinned requirements, and plans the demo municipality into out\.
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot
py -3 -m venv .venv
.venv\Scripts\python -m pip install -q --require-hashes -r requirements.txt
.venv\Scripts\python -m pip install -q --no-deps --no-build-isolation .
.venv\Scripts\hemrunda demo $args
