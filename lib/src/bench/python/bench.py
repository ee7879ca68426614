"""Times this library, PyTorch and JAX on the same work, and writes tables and figures into target/bench.

`mvn -Pbench` starts it with the lab's Python: bench.py ROUNDS COMPILE. It makes an environment with PyTorch and JAX in
.bench-venv, once, and goes on in there.
"""

import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[3]
VENV = TOP / ".bench-venv"
REQUIREMENTS = HERE / "requirements.txt"
OUT = TOP / "lib" / "target" / "bench"
BUILD = OUT / "build"
KERNEL = TOP / ".venv/share/jupyter/kernels/java/kernel.json"  # names the JDK that runs Maven
PICTURE = TOP / "notebooks" / "pictures" / "growth.png"
THREADS = str(os.cpu_count())
VECTOR = ["--add-modules", "jdk.incubator.vector"]

CHECKED = [(4, 64, 3), (50, 64, 3), (6, 256, 5)]
RACES = [("step", 1, 64, 3), ("step", 4, 64, 3), ("step", 50, 64, 3), ("step", 6, 256, 5),
         ("density", 50, 64, 3), ("samples", 50, 64, 3)]
TITLES = {"step": "one step", "density": "log density, 200×200 grid", "samples": "100,000 samples"}
SECONDS = 0.8  # measured for each contestant, race and round, after half as long of warm-up


def environment():
    """Goes on in the benchmark's own Python environment, which is made first if its packages are not these."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = VENV / "complete"
    if not stamp.exists() or stamp.read_text() != REQUIREMENTS.read_text():
        print("Installing PyTorch and JAX into .bench-venv: some minutes and gigabytes, once.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        "--requirement", REQUIREMENTS], check=True)
        stamp.write_text(REQUIREMENTS.read_text())
    if Path(sys.prefix) != VENV:
        sys.exit(subprocess.run([python, *sys.argv]).returncode)


class Contestant:
    """A process that waits for a task, does it and answers with numbers."""

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, stderr=open(OUT / f"{name}.log", "w"),
            env={**os.environ, "BENCH_THREADS": THREADS, "NPROC": THREADS, "OMP_NUM_THREADS": THREADS,
                 "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""})
        self.version = self.process.stdout.readline().strip()

    def do(self, *task):
        self.process.stdin.write(" ".join(map(str, task)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"{self.name} stopped at {task}: see {(OUT / self.name).relative_to(TOP)}.log")
        return [float(number) for number in answer.split()]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def case_file(couplings, width, linear_layers):
    return OUT / f"case-{couplings}-{width}-{linear_layers}.f32"


def same_work(contestants):
    """Same parameters, same points: all must find the same loss to 1e-5 and the same gradient to 1e-4."""
    import numpy as np

    ours = contestants[0]
    for sizes in sorted({*CHECKED, *(race[1:] for race in RACES)}):
        ours.do("write", *sizes, case_file(*sizes))
    for sizes in CHECKED:
        found = {}
        for one in contestants:
            answer = OUT / "answer.f32"
            one.do("check", *sizes, *([] if one.name in OURS else [case_file(*sizes)]), answer)
            found[one.name] = np.fromfile(answer, dtype="<f4").astype(float)
        right = found[ours.name]
        for name, values in found.items():
            loss = abs(values[0] - right[0])
            gradient = np.max(np.abs(values[1:] - right[1:])) / np.max(np.abs(right[1:]))
            print(f"{model(*sizes)}: {name:8} loss {values[0]:.6f} ({loss:.0e} off), gradients {gradient:.0e} off")
            if not (loss <= 1e-5 * max(1, abs(right[0])) and gradient <= 1e-4):
                sys.exit(f"{name} computes something else than {ours.name} at {model(*sizes)}: the loss is {loss:.1e} "
                         f"off (at most 1e-5), a gradient {gradient:.1e} of the largest one (at most 1e-4).")


def race(contestants, rounds):
    """Milliseconds, a median for each round, by (race, name), and the peak in GFLOP/s.

    The contestants take turns; round 0 only warms up.
    """
    medians = {}
    peaks = []
    for turn in range(rounds + 1):
        print(f"round {turn} of {rounds}" + (" (warms up)" if turn == 0 else ""), flush=True)
        for task, *sizes in RACES:
            for one in contestants:
                if one.name == COMPILED and task != "step":
                    continue  # what is compiled is the loss
                file = [] if one.name in OURS else [case_file(*sizes)]
                samples = one.do(task, *sizes, *file, SECONDS)
                if turn > 0:
                    medians.setdefault(((task, *sizes), one.name), []).append(statistics.median(samples))
        peaks += contestants[0].do("peak")
    return medians, max(peaks)


def grow(java):
    """Milliseconds and megabytes of training steps as one size grows, with one thread and with all."""
    rows = []
    base = {"layers": 8, "width": 64, "batch": 512}
    for threads in sorted({1, int(THREADS)}):
        one = Contestant(f"grow-{threads}", java(f"-Drealnvp.threads={threads}", *VECTOR))
        one.do("grow", 8, 64, 3, 512, 2)  # warms up
        for what, values in {"layers": (1, 3, 10, 30, 100), "width": (16, 32, 64, 128, 256, 512),
                             "batch": (128, 256, 512, 1024, 2048, 4096, 8192)}.items():
            for value in values:
                sizes = {**base, what: value}
                megabytes, *samples = one.do("grow", sizes["layers"], sizes["width"], 3, sizes["batch"], 0.6)
                rows.append({"threads": threads, "what": what, **sizes, "milliseconds":
                             round(statistics.median(samples), 4), "megabytes": round(megabytes, 2)})
        one.end()
    return rows


def jmh(java):
    """Runs the JMH benchmarks with both kernels: rows of kernel, benchmark, parameter, microseconds and error."""
    rows = []
    for kernel in ("vector", "plain"):
        result = OUT / f"jmh-{kernel}.json"
        options = " ".join(VECTOR + ["-Drealnvp.plain=true"] * (kernel == "plain"))
        subprocess.run(java(main="org.openjdk.jmh.Main") + [
            "-f", "1", "-wi", "3", "-w", "500ms", "-i", "5", "-r", "500ms", "-jvmArgs", options, "-v", "SILENT",
            "-rf", "json", "-rff", str(result)], check=True, stdout=open(OUT / f"jmh-{kernel}.log", "w"),
            stderr=subprocess.STDOUT)
        for entry in json.loads(result.read_text()):
            score = entry["primaryMetric"]
            rows.append({"kernel": kernel, "benchmark": entry["benchmark"].rsplit(".", 1)[1],
                         "parameter": next(iter(entry["params"].values())),
                         "microseconds": round(score["score"], 2), "error": round(score["scoreError"], 2)})
    return rows


def model(couplings, width, linear_layers):
    return f"{couplings} × {width} × {linear_layers}"


def title(task, *sizes):
    return f"{TITLES[task]}, {model(*sizes)}"


def operations(couplings, width, linear_layers):
    """Of the products of one step on 512 points: forward, and two as many backward; two for each multiply-add."""
    multiply_adds = 2 * width + (linear_layers - 2) * width * width
    return 3 * 2 * 512 * 2 * couplings * multiply_adds


def share_of_peak(work, medians, peak):
    gigaflops = operations(*work[1:]) / statistics.median(medians[work, "vector"]) / 1e6
    return 100 * gigaflops / peak


def digits(number):
    return f"{number:.3g}" if number < 1000 else f"{number:.0f}"


def table(medians, names):
    """Milliseconds as median (least–most), then how many times as fast as others ours is; rows for the README."""
    ratios = [("PyTorch", "vector"), ("JAX", "vector"), ("PyTorch", "plain")]
    lines = ["| | " + " | ".join(names) + " | " + " | ".join(f"{other} / {ours}" for other, ours in ratios) + " |",
             "|---|" + "---|" * (len(names) + len(ratios))]
    for work in RACES:
        times = {name: medians[work, name] for name in names if (work, name) in medians}
        middle = {name: statistics.median(t) for name, t in times.items()}
        cells = [f"{digits(middle[n])} ({digits(min(times[n]))}–{digits(max(times[n]))})" if n in times else "" for n in names]
        cells += [f"{middle[other] / middle[ours]:.1f}" for other, ours in ratios]
        lines.append(f"| {title(*work)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_csv(name, rows):
    with open(OUT / name, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


OURS = ("vector", "plain")
COMPILED = "torch.compile"


def main():
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
    rounds, compiled = sys.argv[1:3]
    jdk = json.loads(KERNEL.read_text(encoding="utf-8"))["argv"][0]
    began = time.time()
    OUT.mkdir(parents=True, exist_ok=True)

    def java(*options, main="realnvp.bench.Contestant"):
        path = [BUILD / "test-classes", BUILD / "classes", BUILD / "dependency" / "*"]
        return [jdk, "-Xmx2g", *options, "-cp", os.pathsep.join(map(str, path)), main]

    contestants = [
        Contestant("vector", java(*VECTOR)), Contestant("plain", java("-Drealnvp.plain=true")),
        Contestant("PyTorch", [sys.executable, str(HERE / "torch_flow.py")]),
        Contestant("JAX", [sys.executable, str(HERE / "jax_flow.py")])]
    if compiled == "yes" and shutil.which(os.environ.get("CXX", "g++")):
        contestants.insert(3, Contestant(COMPILED, [sys.executable, str(HERE / "torch_flow.py"), "compile"]))
    version = subprocess.run([jdk, "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[0]
    print(version)
    for one in contestants:
        print(f"{one.name}: {one.version}")
    same_work(contestants)
    medians, peak = race(contestants, int(rounds))
    for one in contestants:
        one.end()

    names = [one.name for one in contestants]
    shares = [f"{model(*work[1:])}: {share_of_peak(work, medians, peak):.0f} %" for work in RACES if work[0] == "step"]
    report = [f"{version}. Milliseconds, median of {rounds} rounds (least–most), threads: {THREADS}", "", table(medians, names), "",
              f"Peak of fused multiply-adds: {peak:.0f} GFLOP/s. Share of it in a step, vector kernel: "
              + ", ".join(shares)]
    print("\n".join(report), flush=True)
    write_csv("race.csv", [
        {"work": title(*work), "contestant": name, "median ms": statistics.median(times), "min ms": min(times),
         "max ms": max(times), "rounds": len(times)} for (work, name), times in medians.items()])
    growth = grow(java)
    write_csv("growth.csv", growth)
    kernels = jmh(java)
    write_csv("jmh.csv", kernels)
    report += ["", "JMH, microseconds (± 99.9 % error):", "",
               "| benchmark | size | vector | plain |", "|---|---|---|---|"]
    for row in kernels[:len(kernels) // 2]:
        pair = [f"{r['microseconds']:.4g} ± {r['error']:.2g}" for r in kernels
                if (r["benchmark"], r["parameter"]) == (row["benchmark"], row["parameter"])]
        report.append(f"| {row['benchmark']} | {row['parameter']} | " + " | ".join(pair) + " |")
    print("\n".join(report[6:]))
    (OUT / "table.md").write_text("\n".join(report) + "\n", encoding="utf-8")
    import figure
    figure.race(medians, names, OUT / "race.png")
    figure.growth(growth, f"{contestants[0].version.split(', threads')[0]}; {version}", PICTURE)
    print(f"Done in {(time.time() - began) / 60:.0f} minutes: {OUT.relative_to(TOP)}/ has table.md, race.csv, "
          f"growth.csv, jmh.csv and race.png; {PICTURE.relative_to(TOP)} is new.")


if __name__ == "__main__":
    environment()
    main()
