package realnvp.notebook;

import java.beans.Expression;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The running Jupyter kernel, JJava or IJava, reached by reflection: both have the same methods in packages
 * of different names, and the library compiles against neither.
 */
final class Kernel {
    /** The classes of the kernels, and their static method that gives the running one. */
    private static final Map<String, String> KERNELS = Map.of(
        "org.dflib.jjava.jupyter.kernel.BaseKernel", "notebookKernel",
        "io.github.spencerpark.ijava.IJava", "getKernelInstance");

    private final Object kernel;
    private final Set<String> shown = new HashSet<>(); // ids

    private Kernel(Object kernel) { this.kernel = kernel; }

    /** The kernel this program runs in; empty in plain Java. */
    static Optional<Kernel> running() {
        for (Map.Entry<String, String> entry : KERNELS.entrySet()) {
            try {
                Object kernel = call(Class.forName(entry.getKey()), entry.getValue());
                if (kernel != null) {
                    return Optional.of(new Kernel(kernel));
                }
            } catch (ClassNotFoundException | LinkageError e) {
                continue; // not this kernel
            }
        }
        return Optional.empty();
    }

    /**
     * From now on a value of this type, as last line of a cell, shows as its bundle: MIME to content. An Error while it is
     * made, as of a toString that calls itself, becomes an exception: the kernels report exceptions alone, and an Error
     * would end the thread that answers the next cells.
     */
    void register(Class<?> type, String preferredMime, Function<Object, Map<String, Object>> bundle) {
        Object registration = call(call(kernel, "getRenderer"), "createRegistration", type);
        call(registration, "preferring", (Object) new String[] {preferredMime});
        Class<?> renderFunction = Stream.of(registration.getClass().getMethods())
            .filter(m -> m.getName().equals("register")).findFirst().orElseThrow().getParameterTypes()[0];
        call(registration, "register", Proxy.newProxyInstance(renderFunction.getClassLoader(),
            new Class<?>[] {renderFunction}, (proxy, method, arguments) -> {
                if (method.getDeclaringClass() == Object.class) {
                    return method.invoke(bundle, arguments); // toString and the like
                }
                try {
                    put(call(arguments[1], "getOutputContainer"), bundle.apply(arguments[0]));
                } catch (Error e) {
                    throw new IllegalStateException("this value of type %s cannot be shown (%s): show a part of it"
                        .formatted(arguments[0].getClass().getTypeName(), e) + ", or give it a name", e);
                }
                return null;
            }));
    }

    /**
     * Shows a bundle in the cell; where one is shown under this id, it takes its place. With the interrupt flag set,
     * output throws in JJava and clears the flag, and the cell could not be stopped: so nothing is sent once the flag
     * is up, and it is put back if it rose while sending.
     */
    void show(String id, Map<String, Object> bundle) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        try {
            Object data = put(call(call(kernel, "getRenderer"), "render", ""), bundle);
            if (shown.add(id)) {
                call(data, "setDisplayId", id);
                call(kernel, "display", data);
            } else {
                Object io = call(kernel, "getIO");
                Object display = call(call(io.getClass(), "getField", "display"), "get", io);
                call(display, "updateDisplay", id, data);
            }
        } catch (RuntimeException e) {
            boolean interrupted = String.valueOf(e.getMessage()).contains("Interrupted");
            if (!interrupted && !Thread.currentThread().isInterrupted()) {
                throw e;
            }
            Thread.currentThread().interrupt();
        }
    }

    private static Object put(Object data, Map<String, Object> bundle) {
        bundle.forEach((mime, content) -> call(data, "putData", mime, content));
        return data;
    }

    private static Object call(Object target, String name, Object... arguments) {
        try {
            return new Expression(target, name, arguments).getValue();
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("no %s.%s in this kernel: use JJava 1.0 or IJava 1.3".formatted(
                target.getClass().getSimpleName(), name), e);
        } catch (Exception e) {
            throw e instanceof RuntimeException own ? own : new IllegalStateException(String.valueOf(e), e);
        }
    }
}
