"""Settings of the hub that serve.py starts, on one machine; every line can be overruled on its command line."""
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from serve import KERNEL, MADE, NODE, PROXY, TOP, free_port  # noqa: E402

c = get_config()  # noqa: F821
options = json.loads(os.environ["REALNVP_HUB"])
accounts = options["accounts"]

# Nobody outside this machine reaches the hub until bind_url says so. The hub and its proxy always speak inside it.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{free_port()}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{free_port()}"
c.ConfigurableHTTPProxy.command = [str(NODE), str(PROXY)]

# Two doors. With accounts of this system (PAM) each student is who she says. With one password for all, anyone who has
# it can come under any name, that of another student too: for one lesson in which nothing has to stay secret.
if accounts:
    c.JupyterHub.authenticator_class = "pam"
    c.PAMAuthenticator.allowed_groups = {accounts}
    c.JupyterHub.spawner_class = "localprocess"
else:
    c.JupyterHub.authenticator_class = "shared-password"
    c.SharedPasswordAuthenticator.user_password = os.environ["REALNVP_HUB_PASSWORD"]
    c.Authenticator.allow_all = True
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = f"{Path.cwd()}/students/{{username}}"
c.Authenticator.username_pattern = "[a-z][a-z0-9_-]*"  # the name of a folder, and never a path

# Spawner.mem_limit is not set: the spawners for local processes do not enforce it. student.sh and the kernel do.
c.Spawner.cmd = ["sh", str(MADE / "student.sh")]
c.Spawner.env_keep = ["LANG", "LC_ALL", "PATH", "PYTHONPATH", "REALNVP_QUICK"]
c.Spawner.environment = {
    "HUB_TOP": str(TOP), "HUB_MADE": str(MADE), "HUB_PYTHON": sys.executable, "HUB_PYTHON_HOME": sys.base_prefix,
    "HUB_JAVA_HOME": str(Path(json.loads(KERNEL.read_text())["argv"][0]).parents[1]),
    # Of one process. Beside its heap a kernel takes up to 400 MB: code, threads, buffers outside the heap.
    "HUB_BYTES": str((options["heap"] + 600) * 2**20),
    "HUB_IDLE": str(options["idle"]), "JUPYTERHUB_ACTIVITY_INTERVAL": str(max(1, options["idle"] // 12)),
    "JUPYTER_PATH": str(MADE / "jupyter"),
}
c.Spawner.default_url = "/lab/tree/00-start-here.ipynb"
c.Spawner.disable_user_config = True  # a student's own settings do not lift the limits

# All may start at once, and wait: with a lower limit on starts the others would see a page with an error, and try again.
c.JupyterHub.concurrent_spawn_limit = c.JupyterHub.active_server_limit = options["students"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # seconds

# A service ends servers that nobody uses, and after eight hours those that loop. Its token can do no more than that.
c.JupyterHub.services = [{"name": "cull", "command": [
    sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={options['idle']}",
    f"--cull-every={max(1, options['idle'] // 12)}", "--max-age=28800"]}]
c.JupyterHub.load_roles = [{"name": "cull", "services": ["cull"], "scopes": [
    "list:users", "read:users:activity", "read:servers", "delete:servers"]}]
