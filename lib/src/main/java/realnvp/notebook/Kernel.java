package realnvp.notebook;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The running Jupyter kernel, JJava or IJava, reached by reflection: both have the same methods in packages
 * of different names, and the library compiles against neither.
 */
final class Kernel {
    private final Object kernel;

    private Kernel(Object kernel) {
        this.kernel = kernel;
    }

    /** The kernel this program runs in; empty in plain Java. */
    static Optional<Kernel> running() {
        return Stream.of("org.dflib.jjava.jupyter.kernel.BaseKernel:notebookKernel",
                "io.github.spencerpark.ijava.IJava:getKernelInstance")
            .flatMap(name -> instance(name.split(":")).stream()).findFirst();
    }

    private static Optional<Kernel> instance(String[] classAndMethod) {
        try {
            Object kernel = Class.forName(classAndMethod[0]).getMethod(classAndMethod[1]).invoke(null);
            return Optional.ofNullable(kernel).map(Kernel::new);
        } catch (ReflectiveOperationException | LinkageError e) {
            return Optional.empty();
        }
    }

    /** From now on a value of this type, as last line of a cell, shows as its bundle: MIME to content. */
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
                put(call(arguments[1], "getOutputContainer"), bundle.apply(arguments[0]));
                return null;
            }));
    }

    /** Shows a value in the cell as if it were its last line. */
    void show(Object value) {
        unlessInterrupted(() -> call(kernel, "display", render(value)));
    }

    /** Shows a bundle under an id, so that it can be updated. */
    void show(String id, Map<String, Object> bundle) {
        unlessInterrupted(() -> {
            Object data = put(render(""), bundle);
            call(data, "setDisplayId", id);
            call(kernel, "display", data);
        });
    }

    /** Replaces what is shown under the id. */
    void update(String id, Map<String, Object> bundle) {
        unlessInterrupted(() -> {
            Object io = call(kernel, "getIO");
            try {
                call(io.getClass().getField("display").get(io), "updateDisplay", id, put(render(""), bundle));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("this kernel cannot update an output: " + e, e);
            }
        });
    }

    /**
     * With the interrupt flag set, output throws in JJava and clears the flag: the cell could then not be
     * stopped. So nothing is sent once the flag is up, and the flag is put back if it rose while sending.
     */
    private static void unlessInterrupted(Runnable output) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        try {
            output.run();
        } catch (RuntimeException e) {
            boolean interrupted = String.valueOf(e.getMessage()).contains("Interrupted");
            if (!interrupted && !Thread.currentThread().isInterrupted()) {
                throw e;
            }
            Thread.currentThread().interrupt();
        }
    }

    private Object render(Object value) {
        return call(call(kernel, "getRenderer"), "render", value);
    }

    private static Object put(Object data, Map<String, Object> bundle) {
        bundle.forEach((mime, content) -> call(data, "putData", mime, content));
        return data;
    }

    private static Object call(Object target, String name, Object... arguments) {
        Method method = Stream.of(target.getClass().getMethods())
            .filter(m -> m.getName().equals(name) && accepts(m.getParameterTypes(), arguments)).findFirst()
            .orElseThrow(() -> new IllegalStateException(
                "no %s.%s in this kernel: use JJava 1.0 or IJava 1.3".formatted(
                    target.getClass().getSimpleName(), name)));
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause
                : new IllegalStateException(String.valueOf(e.getCause()), e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e.toString(), e);
        }
    }

    private static boolean accepts(Class<?>[] types, Object[] arguments) {
        return types.length == arguments.length
            && IntStream.range(0, types.length).allMatch(i -> types[i].isInstance(arguments[i]));
    }
}
