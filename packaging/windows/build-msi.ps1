# Builds Hemrunda's per-user MSI. Run on Windows with Python 3.11 or newer, from this folder:
#   .\build-msi.ps1                         unsigned, to try
#   .\build-msi.ps1 -Identity THUMBPRINT    signed by the certificate with that thumbprint
param([string]$Identity = "")
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot
py -3 -m venv .venv
.venv\Scripts\python -m pip install -q briefcase setuptools
# The wheel of the checkout two folders up, without network.
.venv\Scripts\python -m pip wheel -q --no-deps --no-build-isolation -w . ..\..
Copy-Item ..\..\LICENSE . -Force
# The exact versions that the tests ran with; hashes are checked before anything is unpacked.
.venv\Scripts\python -m pip download -q --require-hashes -r ..\..\requirements.txt -d wheels
$env:PIP_FIND_LINKS = (Resolve-Path wheels).Path
$env:PIP_NO_INDEX = "1"
.venv\Scripts\briefcase create windows app
.venv\Scripts\briefcase build windows app
if ($Identity) {
  .venv\Scripts\briefcase package windows app --packaging-format msi --identity $Identity
} else {
  .venv\Scripts\briefcase package windows app --packaging-format msi --adhoc-sign
}
Get-ChildItem dist\*.msi
