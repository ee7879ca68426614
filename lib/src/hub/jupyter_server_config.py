"""Settings of each student's server, which student.sh starts."""
import os
from urllib.parse import urlsplit

from jupyter_client.localinterfaces import local_ips
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError

KERNELS = 2  # of one student: a third open notebook would take the memory of another student
IDLE = int(os.environ["HUB_IDLE"])


class FewKernels(AsyncMappingKernelManager):
    """Refuses what the machine does not hold, with a sentence that JupyterLab shows."""

    async def start_kernel(self, **how):
        if len(self) >= KERNELS:
            raise HTTPError(409, f"{KERNELS} notebooks are running already: shut one down in the menu Kernel first.")
        return await super().start_kernel(**how)


c = get_config()  # noqa: F821
c.ServerApp.kernel_manager_class = FewKernels
c.ServerApp.terminals_enabled = False
c.ServerApp.allow_root = True
c.MultiKernelManager.default_kernel_name = "java"
c.KernelSpecManager.allowed_kernelspecs = {"java"}
c.LabApp.extension_manager = "readonly"
c.MappingKernelManager.cull_idle_timeout = IDLE
c.MappingKernelManager.cull_interval = max(1, IDLE // 12)
c.MappingKernelManager.cull_connected = True  # an open page in the browser does not keep a kernel

# A free port is found before the kernel takes it, so of thirty kernels that start together two may find the same one.
# Each student's kernels therefore have an address of their own inside this machine, from the port of her server.
port = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"]).port
c.KernelManager.ip = f"127.{port // 256}.{port % 256}.1"
local_ips().append(c.KernelManager.ip)  # Jupyter starts kernels on the addresses of this list alone
