@echo off
rem Starts Bitloupe: bitloupe [COMMAND] [ARGUMENT...]; without a command it opens the window.
rem Java 25 comes from BITLOUPE_JAVA (a JDK folder or java.exe), else the JDK that built this folder, else PATH, else JAVA_HOME.
rem BITLOUPE_JVM_OPTIONS holds further options for the JVM, separated by blanks.
setlocal DisableDelayedExpansion
for %%I in ("%~dp0..") do set "HOME_DIR=%%~fI"
set "JAVA_EXE="

if not defined BITLOUPE_JAVA goto :search
call :accept "%BITLOUPE_JAVA%"
if not defined JAVA_EXE call :accept "%BITLOUPE_JAVA%\bin\java.exe"
if defined JAVA_EXE goto :run
>&2 echo bitloupe: BITLOUPE_JAVA names %BITLOUPE_JAVA%, which is not a JDK 25.
exit /b 2

:search
call :accept "@java.home@\bin\java.exe"
if defined JAVA_EXE goto :run
for %%I in (java.exe) do call :accept "%%~$PATH:I"
if defined JAVA_EXE goto :run
if defined JAVA_HOME call :accept "%JAVA_HOME%\bin\java.exe"
if defined JAVA_EXE goto :run
>&2 echo bitloupe: Java 25 was not found; install a JDK 25 or set BITLOUPE_JAVA to its folder.
exit /b 2

:accept
if "%~1"=="" exit /b 1
if exist "%~1\" exit /b 1
if not exist "%~1" exit /b 1
"%~1" -version 2>&1 | findstr /r /c:"version .25[.+\-\"]" >nul || exit /b 1
set "JAVA_EXE=%~1"
exit /b 0

:run
if exist "%HOME_DIR%\lib\bitloupe.jar" goto :start
>&2 echo bitloupe: %HOME_DIR%\lib\bitloupe.jar is missing; build it with mvn package.
exit /b 2

:start
rem ONNX Runtime 1.29 reports its use to its makers unless told not to, and its reporter crashes on command lines beyond a few kilobytes.
set "ORT_DISABLE_TELEMETRY=1"
rem What a run in the build left for a faster start; the JVM ignores it when a jar or the JVM is another one by now.
set "LEARNED="
if exist "%HOME_DIR%\bitloupe.aot" set LEARNED="-XX:AOTCache=%HOME_DIR%\bitloupe.aot"
"%JAVA_EXE%" "@%HOME_DIR%\bin\jvm.options" --module-path "%HOME_DIR%\javafx" "-Dbitloupe.home=%HOME_DIR%" %LEARNED% %BITLOUPE_JVM_OPTIONS% ^
 -cp "%HOME_DIR%\lib\bitloupe.jar" io.bitloupe.Launcher %*
exit /b %ERRORLEVEL%
