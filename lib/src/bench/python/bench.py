"""Times this library, PyTorch and JAX on the same work, and writes tables and figures into target/bench.

`mvn -Pbench` starts it with the lab's Python: bench.py ROUNDS COMPILE AVX2. It makes an environment with PyTorch and
JAX in .bench-venv, once, and goes on in there.
"""

import csv
import json
import os
import platform
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
PICTURES = TOP / "notebooks" / "pictures"
THREADS = str(os.cpu_count())
VECTOR = ["--add-modules", "jdk.incubator.vector"]
AVX2 = sys.argv[3:] == ["yes"]  # all contestants do without AVX-512
HELD_TO_AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2",
                "XLA_FLAGS": "--xla_cpu_max_isa=AVX2"}

CHECKED = [(4, 64, 3), (50, 64, 3), (6, 256, 5)]
RACES = [("step", 1, 64, 3), ("step", 4, 64, 3), ("step", 50, 64, 3), ("step", 6, 256, 5),
         ("density", 50, 64, 3), ("samples", 50, 64, 3)]
WIDTHS = [("step", 8, width, 3) for width in (16, 32, 64, 128, 256, 512)]
TITLES = {"step": "one step", "density": "log density, 200×200 grid", "samples": "100,000 samples"}
POINTS = {"step": 512, "density": 40_000, "samples": 100_000}
SECONDS = 0.8  # measured for each contestant, race and round, after half as long of warm-up
SPREAD = 1.3  # of one and the same loop, at most: else the machine does other work, and no ratio means anything


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
                 "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": "", **(HELD_TO_AVX2 if AVX2 else {})})
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
    for sizes in sorted({*CHECKED, *(race[1:] for race in RACES + WIDTHS)}):
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
    peaks = [peak(contestants[0])]
    for turn in range(rounds + 1):
        print(f"round {turn} of {rounds}" + (" (warms up)" if turn == 0 else ""), flush=True)
        for task, *sizes in RACES + WIDTHS:
            for one in contestants:
                if one.name == COMPILED and task != "step":
                    continue  # what is compiled is the loss
                if (task, *sizes) in WIDTHS and one.name not in IN_THE_PLOT:
                    continue
                file = [] if one.name in OURS else [case_file(*sizes)]
                samples = one.do(task, *sizes, *file, SECONDS)
                if turn > 0:
                    medians.setdefault(((task, *sizes), one.name), []).append(statistics.median(samples))
        peaks.append(peak(contestants[0]))
    return medians, max(peaks)


def peak(ours):
    """The most that a loop of nothing but multiply-adds reaches, in GFLOP/s; ends the run where the machine is busy."""
    least, most = ours.do("peak")
    if most > SPREAD * least:
        sys.exit(f"The same loop ran at {least:.0f} to {most:.0f} GFLOP/s, {most / least:.1f} times apart (at most "
                 f"{SPREAD}): other programs keep this machine too busy, so end them and start again.")
    return most


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


def operations(task, couplings, width, linear_layers):
    """Of the products of one run: forward, and in a step two as many backward; two for each multiply-add."""
    multiply_adds = 2 * width + (linear_layers - 2) * width * width
    return (3 if task == "step" else 1) * 2 * POINTS[task] * 2 * couplings * multiply_adds


def share_of_peak(work, times, peak):
    """In percent, for these milliseconds."""
    return 100 * operations(*work) / statistics.median(times) / 1e6 / peak


def processor():
    """As the operating system calls it, with its longest vectors where Linux says so."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return platform.processor() or platform.machine()
    about = dict(line.split(":", 1) for line in cpuinfo.read_text().split("\n\n")[0].splitlines() if ":" in line)
    about = {name.strip(): text.strip() for name, text in about.items()}
    longest = next((name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2"))
                    if flag in about.get("flags", "").split()), None)
    return about.get("model name", platform.machine()) + (f" with {longest}" if longest else "")


def digits(number):
    return f"{number:.3g}" if number < 1000 else f"{number:.0f}"


def table(medians, names, peak):
    """Milliseconds as median (least–most), how many times as fast as others ours is, and its share of the peak."""
    ratios = [("PyTorch", "vector"), ("JAX", "vector"), ("PyTorch", "plain")]
    titles = [*names, *(f"{other} / {ours}" for other, ours in ratios), "share of the peak"]
    lines = ["| | " + " | ".join(titles) + " |", "|---|" + "---|" * len(titles)]
    for work in RACES:
        times = {name: medians[work, name] for name in names if (work, name) in medians}
        middle = {name: statistics.median(t) for name, t in times.items()}
        cells = [f"{digits(middle[n])} ({digits(min(times[n]))}–{digits(max(times[n]))})" if n in times else "" for n in names]
        cells += [f"{middle[other] / middle[ours]:.1f}" for other, ours in ratios]
        cells += [f"{share_of_peak(work, times['vector'], peak):.0f} %"]
        lines.append(f"| {title(*work)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def widths(medians, peak):
    """The share of the peak of a step as the network gets wider: by name, in the order of WIDTHS."""
    return {name: [share_of_peak(work, medians[work, name], peak) for work in WIDTHS] for name in IN_THE_PLOT}


def width_table(shares):
    lines = ["| share of the peak, one step | " + " | ".join(model(*work[1:]) for work in WIDTHS) + " |",
             "|---|" + "---|" * len(WIDTHS)]
    return "\n".join(lines + [f"| {name} | " + " | ".join(f"{share:.0f} %" for share in row) + " |"
                              for name, row in shares.items()])


def post(medians, peak):
    """What the blog post's training takes: 3,000 steps of 6 couplings, 256 wide."""
    work = ("step", 6, 256, 5)
    seconds, limit = 3 * statistics.median(medians[work, "vector"]), 3000 * operations(*work) / 1e9 / peak
    return (f"The blog post's model, 3,000 steps of {model(*work[1:])}, takes {seconds:.0f} s at this rate, and "
            f"{limit:.0f} s at the peak: {seconds / limit:.2f} times as long.")


def write_csv(name, rows):
    with open(OUT / name, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


OURS = ("vector", "plain")
COMPILED = "torch.compile"
IN_THE_PLOT = ("vector", "PyTorch", "JAX")


def main():
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
    rounds, compiled = sys.argv[1:3]
    jdk = json.loads(KERNEL.read_text(encoding="utf-8"))["argv"][0]
    began = time.time()
    OUT.mkdir(parents=True, exist_ok=True)

    def java(*options, main="realnvp.bench.Contestant"):
        path = [BUILD / "test-classes", BUILD / "classes", BUILD / "dependency" / "*"]
        held = ["-XX:UseAVX=2"] if AVX2 else []
        return [jdk, "-Xmx2g", *held, *options, "-cp", os.pathsep.join(map(str, path)), main]

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
    versions = "; ".join(one.version for one in contestants if one.name != "plain")
    machine = f"{processor()}{', held to AVX2' if AVX2 else ''}; {version}; {versions}"
    shares = widths(medians, peak)
    report = [f"{machine}. Milliseconds, median of {rounds} rounds (least–most), threads: {THREADS}", "",
              table(medians, names, peak), "", width_table(shares), "",
              f"Peak of fused multiply-adds: {peak:.0f} GFLOP/s. {post(medians, peak)}"]
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
    print("\n".join(report[7:]))
    (OUT / "table.md").write_text("\n".join(report) + "\n", encoding="utf-8")
    import figure
    figure.race(medians, names, OUT / "race.png")
    pictures = OUT if AVX2 else PICTURES  # those of the project are taken with all that the processor has
    figure.growth(growth, machine, pictures / "growth.png")
    figure.widths([work[2] for work in WIDTHS], shares, machine, pictures / "share.png")
    print(f"Done in {(time.time() - began) / 60:.0f} minutes: {OUT.relative_to(TOP)}/ has table.md, race.csv, "
          f"growth.csv, jmh.csv and race.png; growth.png and share.png in {pictures.relative_to(TOP)} are new.")


if __name__ == "__main__":
    environment()
    main()
