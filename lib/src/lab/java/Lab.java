import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the Python environment with JupyterLab and the Java kernel, then opens the lab or runs Python in it.
 *
 * <p>Maven runs this file as source, because Python, which the rest of the lab needs, may still be missing.
 * In the project's top folder: {@code java lib/src/lab/java/Lab.java COMMAND ARGUMENTS}, where the command is
 * {@code environment} (make it and stop), {@code lab} (the arguments go to JupyterLab) or {@code python}
 * (the arguments go to the environment's Python).
 */
public final class Lab {

    static final boolean WINDOWS = File.separatorChar == '\\';
    static final Path TOP = Path.of("").toAbsolutePath();
    static final Path NOTEBOOKS = TOP.resolve("notebooks");
    static final Path REQUIREMENTS = NOTEBOOKS.resolve("requirements.txt");

    /** The packages themselves, in the bundle for a room without network that {@code mvn -Pbundle} packs. */
    static final Path WHEELS = TOP.resolve("wheels");

    static final Path ENVIRONMENT = TOP.resolve(".venv");
    static final Path PYTHON = ENVIRONMENT.resolve(WINDOWS ? "Scripts/python.exe" : "bin/python");

    /** Written first: an environment without it is somebody's own, and is not deleted. */
    static final Path MARK = ENVIRONMENT.resolve("made-by-realnvp");

    /** Written last, with the hash of what was installed: an environment without it is half made. */
    static final Path STAMP = ENVIRONMENT.resolve("complete");

    /** Fails in a Python that does not see the environment's packages, as a newer one does not see the old one's. */
    static final String SEES_PACKAGES = "import sys, jupyter_core as j; sys.exit(not j.__file__.startswith(sys.prefix))";

    /** Fails where JupyterLab could not write what it keeps for this user. */
    static final String CAN_WRITE = """
            import os, tempfile
            from jupyter_core import paths
            for folder in paths.jupyter_config_dir(), paths.jupyter_data_dir(), paths.jupyter_runtime_dir():
                os.makedirs(folder, exist_ok=True)
                tempfile.TemporaryFile(dir=folder).close()
            """;

    static final Path KERNEL = ENVIRONMENT.resolve("share/jupyter/kernels/java");

    /** Held while the environment is looked at and made: two first starts would undo each other's work. */
    static final Path LOCK = TOP.resolve("lib/target/lab.lock");

    public static void main(String[] args) throws Exception {
        try {
            if (!Files.exists(REQUIREMENTS)) {
                throw new Stop("Run this in the project's top folder: there is no notebooks/ here.");
            }
            if (args.length == 0 || !List.of("environment", "lab", "python").contains(args[0])) {
                throw new Stop("Say what to do: environment, lab or python.");
            }
            if ((TOP + "/").contains("!/") || !WINDOWS && TOP.toString().matches(".*[:\\\\].*")) {
                throw new Stop("Java finds no library in a folder whose name ends in ! or holds : or \\, as in " + TOP
                        + ": rename it, or move the project.");
            }
            prepare();
            List<String> rest = List.of(args).subList(1, args.length);
            System.exit(switch (args[0]) {
                case "lab" -> openLab(rest);
                case "python" -> run(TOP, join(List.of(PYTHON.toString()), rest));
                default -> 0;
            });
        } catch (Stop stop) {
            System.err.println(stop.getMessage());
            System.exit(1);
        } catch (FileSystemException e) {
            System.err.println(e.getFile() + " cannot be written (" + e.getClass().getSimpleName()
                    + "): copy the project to a folder of your own, and start it there.");
            System.exit(1);
        }
    }

    static void prepare() throws Exception {
        Files.createDirectories(LOCK.getParent());
        try (FileChannel file = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (file.tryLock() == null) {
                System.out.println("Another start of the lab makes the environment just now: waiting for it.");
                file.lock(); // until the file is closed
            }
            makeEnvironment();
            installKernel();
            configureLab();
        }
    }

    // ---- the environment

    static void makeEnvironment() throws Exception {
        String wanted = hash(REQUIREMENTS);
        if (Files.exists(STAMP) && Files.readString(STAMP).equals(wanted)) {
            if (Files.exists(KERNEL.resolve("jjava.jar")) && quiet(List.of(PYTHON.toString(), "-c", SEES_PACKAGES)) == 0) {
                return;
            }
            System.out.println("The environment in .venv is of no use any more, as after an update of Python.");
        }
        if (Files.isDirectory(ENVIRONMENT) && !Files.exists(MARK) && !Files.exists(STAMP) && !isEmpty(ENVIRONMENT)) {
            throw new Stop("The folder " + ENVIRONMENT + " was not made by the lab and is not touched: "
                    + "move it away, and run the same command again.");
        }
        List<String> python = findPython();
        boolean offline = Files.isDirectory(WHEELS);
        System.out.println("Making the Python environment in " + TOP.relativize(ENVIRONMENT)
                + ": a minute or two, once, and it needs " + (offline ? "no network." : "the network."));
        delete(ENVIRONMENT);
        Files.createDirectories(ENVIRONMENT);
        Files.createFile(MARK);
        require(run(TOP, join(python, List.of("-m", "venv", ENVIRONMENT.toString()))),
                "Python could not make a virtual environment; " + howToInstall());
        List<String> install = List.of(PYTHON.toString(), "-m", "pip", "install", "--quiet",
                "--disable-pip-version-check", "--requirement", REQUIREMENTS.toString());
        require(run(TOP, offline ? join(install, List.of("--no-index", "--find-links", WHEELS.toString())) : install),
                "The Python packages could not be installed: see pip's lines above, mend the cause ("
                        + (offline ? "the folder wheels has them for the Python versions in START.txt"
                                : "often the network") + "), and run the same command again.");
        Files.writeString(STAMP, wanted);
    }

    /** The first Python on the PATH that is new enough and can make environments. */
    static List<String> findPython() throws Exception {
        String probe = "import sys; sys.version_info < (3, 10) and sys.exit(3); import venv, ensurepip";
        String found = "No Python was found";
        List<List<String>> candidates = List.of(List.of("python3"), List.of("python"), List.of("py", "-3"),
                List.of("python3.14"), List.of("python3.13"), List.of("python3.12"), List.of("python3.11"),
                List.of("python3.10"));
        for (List<String> candidate : candidates) {
            int exit = quiet(join(candidate, List.of("-c", probe)));
            if (exit == 0) {
                return candidate;
            }
            if (exit == 1) {
                found = "The Python found has no venv module";
            } else if (exit == 3) {
                found = "The Python found is older than 3.10";
            }
        }
        throw new Stop(found + "; " + howToInstall());
    }

    static String howToInstall() {
        return "install Python 3.10 or newer with venv (Debian/Ubuntu: "
                + "sudo apt install python3 python3-venv; "
                + "macOS: brew install python; Windows: winget install Python.Python.3.12), then try again.";
    }

    // ---- the kernel

    /**
     * Replaces the kernelspec that the jjava package brought by one for this checkout.
     *
     * <p>It starts the kernel's jar with the JDK that runs Maven, not with the first java on the PATH,
     * and without the package's launcher, which is a second JVM of 45 MB. It is written at each start, so
     * that a project folder that was moved and a new JDK both work.
     */
    static void installKernel() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", WINDOWS ? "java.exe" : "java");
        // A stack of 16 MB, since the compiler goes deep into a long formula, and would silence the kernel with 1 MB.
        // The serial collector keeps room for small objects beside large ones: with G1, a student's full memory
        // ended threads of the kernel itself too, which then waited for ever.
        List<String> argv = List.of(java.toString(), "-Xss16m", "-Xmx" + System.getProperty("lab.heap", "1500m"),
                "-XX:+UseSerialGC", "--add-modules", "jdk.incubator.vector", "-Djava.awt.headless=true",
                "--add-opens", "jdk.jshell/jdk.jshell=ALL-UNNAMED",
                "-jar", KERNEL.resolve("jjava.jar").toString(), "{connection_file}");
        String library = TOP.resolve("lib/target/realnvp.jar").toString();
        String json = """
                {
                  "argv": [%s],
                  "display_name": "Java",
                  "language": "java",
                  "interrupt_mode": "message",
                  "env": {"JJAVA_CLASSPATH": %s}
                }
                """.formatted(String.join(", ", argv.stream().map(Lab::quote).toList()), quote(library));
        Files.writeString(KERNEL.resolve("kernel.json"), json);
    }

    /**
     * Settings that every user of this environment starts from: JupyterLab asks nothing of the network, and a notebook
     * saved as a web page draws its figures.
     */
    static void configureLab() throws IOException {
        Path settings = ENVIRONMENT.resolve("share/jupyter/lab/settings/overrides.json");
        Files.createDirectories(settings.getParent());
        Files.writeString(settings, """
                {
                  "@jupyterlab/apputils-extension:notification": {
                    "checkForUpdates": false,
                    "fetchNews": "false"
                  }
                }
                """);
        Path config = ENVIRONMENT.resolve("etc/jupyter/jupyter_config.py");
        Files.createDirectories(config.getParent());
        Path export = TOP.resolve("lib/src/lab/export/jupyter_config.py");
        Files.writeString(config, "load_subconfig(" + quote(export.toString()) + ")\n");
    }

    static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    // ---- the lab

    /** JupyterLab on this machine only, with its token, asking nothing of the network. */
    static int openLab(List<String> arguments) throws Exception {
        require(quiet(List.of(PYTHON.toString(), "-c", CAN_WRITE)),
                "JupyterLab cannot write into your home folder " + System.getenv(WINDOWS ? "USERPROFILE" : "HOME")
                        + ", where it keeps its settings: set HOME to a folder of your own, and start it again.");
        List<String> command = new ArrayList<>(List.of(PYTHON.toString(), "-m", "jupyterlab",
                "--ip=localhost", "--allow-root", "--log-level=WARN",
                "--ServerApp.root_dir=" + NOTEBOOKS,
                "--KernelSpecManager.allowed_kernelspecs=java",
                "--MultiKernelManager.default_kernel_name=java",
                "--LabApp.extension_manager=readonly"));
        if (Files.exists(NOTEBOOKS.resolve("00-start-here.ipynb"))) {
            command.add("--LabApp.default_url=/lab/tree/00-start-here.ipynb");
        }
        boolean linux = System.getProperty("os.name").startsWith("Linux");
        if (linux && System.getenv("DISPLAY") == null && System.getenv("WAYLAND_DISPLAY") == null) {
            command.add("--no-browser");
        }
        command.addAll(arguments);
        System.out.println("JupyterLab starts; Ctrl-C ends it.");
        return run(NOTEBOOKS, command);
    }

    // ---- processes and files

    /**
     * Runs a command to its end, with its output on this terminal, and gives its exit code.
     *
     * <p>It does not outlive this program, nor this program Maven. The one way to end it is {@link #stop}:
     * Ctrl-C and a closed terminal are signals to all at once, at which JupyterLab would ask a question or
     * leave its kernels behind.
     */
    static int run(Path folder, List<String> command) throws Exception {
        List<String> deaf = List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "lab");
        Process process = new ProcessBuilder(WINDOWS ? command : join(deaf, command))
                .directory(folder.toFile()).inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE).start();
        process.getOutputStream().close();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process)));
        ProcessHandle.current().parent().ifPresent(maven -> maven.onExit().thenRun(() -> System.exit(1)));
        return process.waitFor();
    }

    static void stop(Process process) {
        List<ProcessHandle> kernels = process.descendants().toList();
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        kernels.forEach(ProcessHandle::destroy);
    }

    /** The exit code of a command whose output nobody wants; -1 where there is no such command. */
    static int quiet(List<String> command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (IOException noSuchCommand) {
            return -1;
        }
    }

    static void require(int exit, String otherwise) {
        if (exit != 0) {
            throw new Stop(otherwise);
        }
    }

    static List<String> join(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    static String hash(Path file) throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(sha.digest(Files.readAllBytes(file)));
    }

    static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.findAny().isEmpty();
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** Ends the program with one sentence for the person at the terminal. */
    static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stop(String sentence) {
            super(sentence);
        }
    }
}
