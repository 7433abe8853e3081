@echo off
rem Hemrunda out of this folder's own environment, which run-demo.ps1 makes.
if not exist "%~dp0.venv\Scripts\hemrunda.exe" (
  echo Kor run-demo.ps1 en gang forst. 1>&2
  exit /b 2
)
"%~dp0.venv\Scripts\hemrunda.exe" %*
