# Makes a venv, installs the pinned requirements, and plans the demo municipality into out\.
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot
# What is installed may be older than this folder.
Remove-Item -ErrorAction SilentlyContinue .venv\Scripts\hemrunda.exe
& .\hemrunda.cmd demo @args
