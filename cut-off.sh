#!/usr/bin/env bash
# Runs a command in a network namespace of its own (Linux): loopback and nothing else, so that
# whatever calls out fails. Needs no rights beyond user namespaces.
#   ./cut-off.sh .venv-test/bin/python -m pytest tests/rooms_data
set -euo pipefail
if [ "$#" -eq 0 ]; then
  echo "usage: ./cut-off.sh COMMAND ..." >&2
  exit 2
fi
exec unshare --user --map-root-user --net -- python3 -c '
import fcntl, os, socket, struct, sys
with socket.socket() as any_socket:  # SIOCSIFFLAGS: IFF_UP and IFF_RUNNING
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x41))
devices = [line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line]
try:
    socket.create_connection(("192.0.2.1", 80), 1)
except OSError:
    pass
else:
    sys.exit("the network is not cut off")
print(f"network cut off: {devices}", file=sys.stderr)
os.execvp(sys.argv[1], sys.argv[1:])
' "$@"
