"""
A whole class on one machine: starts the hub, lets students log in with its form, open a notebook and run it at the same
time, through the hub's interface and the sockets of the kernels as JupyterLab does, and prints what it took:

    .venv/bin/python lib/src/hub/classroom.py --students=30 --notebook=07

Memory is what the operating system holds in RAM for all processes of a student, her server and her kernel, with her
share of what they have in common with others (proportional set size, from Linux). REALNVP_QUICK=1 shortens trainings.
"""
import argparse
import json
import os
import queue
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import nbformat
import psutil
import requests
import websocket

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent / "lab/python")]
from notebooks import NOTEBOOKS, TARGET, code_cells, complaints  # noqa: E402
from serve import free_port  # noqa: E402

PATIENCE = 3 * 3600  # seconds for one answer
SPARE = 2e9  # bytes that must stay free on the machine


@contextmanager
def hub(*options):
    """The address and the password of a hub that serve.py starts, for this machine alone, in a folder of its own."""
    password = secrets.token_urlsafe(9)
    address = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory() as folder, open(TARGET / "hub.log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, HERE / "serve.py", f"--folder={folder}", *options, f"--JupyterHub.bind_url={address}"],
            env={**os.environ, "REALNVP_HUB_PASSWORD": password}, stdout=log, stderr=log)
        try:
            while True:
                try:
                    requests.get(f"{address}/hub/health", timeout=5).raise_for_status()
                    break
                except requests.RequestException:
                    if process.poll() is not None:
                        raise RuntimeError(f"the hub ended: see {log.name}") from None
                    time.sleep(0.5)
            yield address, password
        finally:
            process.terminate()  # the hub ends its servers and the proxy
            process.wait(120)


class Student:
    """One student, who logs in with the form, and does the rest with a token of her own."""

    def __init__(self, address, name, password):
        self.address, self.name = address, name
        self.web = requests.Session()
        self.web.trust_env = False  # no proxy between here and here
        self.web.get(f"{address}/hub/login").raise_for_status()
        form = {"username": name, "password": password, "_xsrf": self.web.cookies["_xsrf"]}
        answer = self.web.post(f"{address}/hub/login", data=form, allow_redirects=False)
        if answer.status_code != 302:
            raise PermissionError(f"{name} may not come in: {answer.status_code}")
        self.web.headers["X-XSRFToken"] = self.web.cookies["_xsrf"]
        self.web.headers["Authorization"] = f"token {self.ask('POST', f'hub/api/users/{name}/tokens')['token']}"
        self.web.cookies.clear()

    def ask(self, method, path, body=None):
        answer = self.web.request(method, f"{self.address}/{path}", json=body, timeout=PATIENCE)
        if not answer.ok:
            raise PermissionError(f"{answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def start(self):
        """Her server."""
        self.ask("POST", f"hub/api/users/{self.name}/server")
        while not (server := self.server())["ready"]:
            if not server.get("pending"):
                raise RuntimeError(f"the server of {self.name} did not start")
            time.sleep(3)  # as each answer costs the hub time that it needs for the starts
        return self

    def server(self):
        return self.ask("GET", f"hub/api/users/{self.name}")["servers"].get("", {"ready": False})

    def kernels(self):
        return self.ask("GET", f"user/{self.name}/api/kernels")

    def restart(self):
        """What "Restart Kernel" in the menu does: who does not answer is ended after five seconds."""
        path = self.ask("GET", f"user/{self.name}/api/sessions")[0]["path"]
        self.ask("POST", f"user/{self.name}/api/kernels/{self.kernels()[0]['id']}/restart")
        return self.open(path)

    def open(self, path):
        """A kernel for this notebook, or the one that it has, and its socket."""
        session = self.ask("POST", f"user/{self.name}/api/sessions", {
            "path": path, "name": path, "type": "notebook", "kernel": {"name": "java"}})
        self.socket = websocket.create_connection(
            f"ws{self.address[4:]}/user/{self.name}/api/kernels/{session['kernel']['id']}/channels",
            header={"Authorization": self.web.headers["Authorization"]}, timeout=PATIENCE)
        self.messages = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        return self

    def listen(self):
        """As a browser does at all times: who does not read does not answer the server's pings, and loses the socket."""
        try:
            while True:
                self.messages.put(json.loads(self.socket.recv()))
        except (websocket.WebSocketException, OSError) as closed:
            self.messages.put(closed)

    def run(self, source):
        """The outputs of a cell."""
        id = self.begin(source)
        outputs = []
        while True:
            message = self.messages.get(timeout=PATIENCE)
            if isinstance(message, Exception):
                raise message
            if message.get("parent_header", {}).get("msg_id") != id:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind in ("stream", "error", "display_data", "execute_result"):
                outputs.append(nbformat.v4.output_from_msg(message))
            if kind == "status" and content["execution_state"] == "idle":
                return outputs

    def begin(self, source):
        id = uuid.uuid4().hex
        self.socket.send(json.dumps({
            "channel": "shell", "buffers": [], "metadata": {}, "parent_header": {},
            "header": {"msg_id": id, "msg_type": "execute_request", "username": self.name, "session": id,
                       "version": "5.3"},
            "content": {"code": source, "silent": False, "store_history": True, "allow_stdin": False}}))
        return id

    def printed(self, source):
        outputs = self.run(source)
        errors = [output.evalue for output in outputs if output.output_type == "error"]
        if errors:
            raise RuntimeError(errors[0])
        return "".join(output.text for output in outputs if output.output_type == "stream").strip()


class Memory:
    """Looks every two seconds what each student's processes hold, while it is entered, and keeps the most."""

    def __enter__(self):
        self.peaks, self.together, self.free = {}, 0, psutil.virtual_memory().available
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def look(self):
        while not self.done.wait(2):
            now = {}
            for process in psutil.process_iter():
                try:
                    name = process.environ().get("JUPYTERHUB_USER")
                    if name:
                        now[name] = now.get(name, 0) + process.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    pass  # it ended between two looks, or is another's
            self.peaks = {name: max(now.get(name, 0), self.peaks.get(name, 0)) for name in {*now, *self.peaks}}
            self.together = max(self.together, sum(now.values()))
            self.free = min(self.free, psutil.virtual_memory().available)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--notebook", default="07", help="how its name starts")
    parser.add_argument("--minutes", type=int, default=120, help="after which nobody begins another cell")
    parser.add_argument("--heap", default="400", help="MB that Java may take for its objects, in a kernel")
    options = parser.parse_args()
    path, = NOTEBOOKS.glob(options.notebook + "*.ipynb")
    processor = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    print(f"{path.name}, {options.students} students, {processor}, {os.cpu_count()} cores, "
          f"{psutil.virtual_memory().total / 1e9:.0f} GB, load before {os.getloadavg()[0]:.1f}", flush=True)
    names = [f"student{i:02}" for i in range(1, options.students + 1)]
    with hub(f"--students={options.students}", f"--heap={options.heap}") as (address, password), Memory() as memory, \
            ThreadPoolExecutor(options.students) as pool:
        rows = list(pool.map(lambda name: lesson(address, name, password, path, options.minutes, memory), names))
        try:
            Student(address, "onemore", password).start()
            refusal = "nothing: a server was free"
        except PermissionError as refused:
            refusal = str(refused)
    report(rows, memory, refusal)


def lesson(address, name, password, path, minutes, memory):
    """Seconds to the server, to the first cell and to the end of the notebook, and the first complaint."""
    begin, seconds, wrong = time.monotonic(), [], []
    try:
        student = Student(address, name, password).start()
        seconds.append(time.monotonic() - begin)
        student.open(path.name)
        for ran, cell in enumerate(code_cells(nbformat.read(path, as_version=4))):
            if memory.free < SPARE:
                raise MemoryError(f"less than {SPARE / 1e9:.0f} GB are free")
            if time.monotonic() - begin > 60 * minutes:
                raise TimeoutError(f"{minutes} minutes were over after {ran} cells")
            cell.outputs = student.run(cell.source)
            wrong += complaints(cell)
            seconds[2 if ran else 1:] = [time.monotonic() - begin]
    except Exception as error:  # is a finding about this student, and not the end of the class
        wrong.append(f"{name}: {type(error).__name__}: {error}")
    return seconds, wrong


def report(rows, memory, refusal):
    """The table of the teacher's page."""
    done = [seconds for seconds, wrong in rows if not wrong]
    print(f"| to the end without a complaint | {len(done)} of {len(rows)} |")
    for index, what in enumerate(["her server is there", "her first cell is done", "the notebook is done"]):
        column = [seconds[index] for seconds in (done if index == 2 else [s for s, _ in rows]) if len(seconds) > index]
        if column:
            print(f"| seconds until {what} | first {min(column):.0f}, median {median(column):.0f}, "
                  f"last {max(column):.0f} |")
    peaks = [peak / 1e6 for peak in memory.peaks.values()]
    print(f"| MB of a student at her peak | median {median(peaks):.0f}, most {max(peaks):.0f} |")
    print(f"| GB of all students together | {memory.together / 1e9:.1f} |")
    print(f"| GB that stayed free | {memory.free / 1e9:.1f} |")
    print(f"| largest class in 24 GB, computed from the largest peak, with {SPARE / 1e9:.0f} GB to spare | "
          f"{(24e9 - SPARE) / max(peaks) // 1e6:.0f} |")
    print(f"| one more student, tried | {refusal} |")
    print(f"| load at the end | {os.getloadavg()[0]:.1f} |")
    for _, wrong in rows:
        print(*wrong[:1], sep="\n", end="\n" if wrong else "")


if __name__ == "__main__":
    main()
