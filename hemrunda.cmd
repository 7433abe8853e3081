@echo off
rem Hemrunda out of this folder's own environment, which is made of what is pinned the first time.
if exist "%~dp0.venv\Scripts\hemrunda.exe" goto run
echo Forsta gangen: paketen installeras i den har mappen. 1>&2
pushd "%~dp0"
py -3 -m venv .venv || goto failed
.venv\Scripts\python -m pip install -q --require-hashes -r requirements.txt || goto failed
.venv\Scripts\python -m pip install -q --no-deps --no-build-isolation . || goto failed
popd
:run
"%~dp0.venv\Scripts\hemrunda.exe" %*
exit /b %errorlevel%
:failed
popd
exit /b 2
