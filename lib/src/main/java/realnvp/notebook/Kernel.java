package realnvp.notebook;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The running Jupyter kernel, JJava or IJava, reached by reflection: both have the same methods in packages of
 * different names, and the library compiles against neither.
 */
final class Kernel {
    private final Object kernel;
    private final Object renderer;
    private final Method display;     // void display(DisplayData)
    private final Class<?> bundleType; // DisplayData: MIME type to content

    private Kernel(Object kernel) {
        this.kernel = kernel;
        this.renderer = call(kernel, "getRenderer");
        this.display = method(kernel.getClass(), "display", 1);
        this.bundleType = display.getParameterTypes()[0];
    }

    /** The kernel this program runs in; empty in plain Java. */
    static Optional<Kernel> running() {
        return Stream.of("org.dflib.jjava.jupyter.kernel.BaseKernel:notebookKernel",
                "io.github.spencerpark.ijava.IJava:getKernelInstance")
            .map(Kernel::instance).flatMap(Optional::stream).findFirst().map(Kernel::new);
    }

    /** From now on values of this type, as last line of a cell, are shown as the bundle says. */
    void register(Class<?> type, String preferredMime, Function<Object, Map<String, Object>> bundle) {
        Object registration = call(renderer, "createRegistration", type);
        try {
            registration.getClass().getMethod("preferring", String[].class)
                .invoke(registration, (Object) new String[] {preferredMime});
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this kernel has no renderer registry like that of JJava 1.0: " + e, e);
        }
        Method register = method(registration.getClass(), "register", 1);
        Class<?> function = register.getParameterTypes()[0];
        Object render = Proxy.newProxyInstance(function.getClassLoader(), new Class<?>[] {function},
            (proxy, called, arguments) -> {
                if (called.getDeclaringClass() == Object.class) {
                    return called.invoke(bundle, arguments);
                }
                put(call(arguments[1], "getOutputContainer"), bundle.apply(arguments[0]));
                return null;
            });
        invoke(register, registration, render);
    }

    /** Shows a value in the cell as if it were its last line. */
    void show(Object value) {
        unlessInterrupted(() -> invoke(display, kernel, call(renderer, "render", value)));
    }

    /** Shows a bundle under an id, so that it can be updated. */
    void show(String id, Map<String, Object> bundle) {
        unlessInterrupted(() -> {
            Object data = newBundle(bundle);
            call(data, "setDisplayId", id);
            invoke(display, kernel, data);
        });
    }

    /** Replaces what is shown under the id. */
    void update(String id, Map<String, Object> bundle) {
        unlessInterrupted(() -> {
            Object io = call(kernel, "getIO");
            try {
                Object stream = io.getClass().getField("display").get(io);
                invoke(method(stream.getClass(), "updateDisplay", 2), stream, id, newBundle(bundle));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("this kernel cannot update an output: " + e, e);
            }
        });
    }

    /**
     * With the interrupt flag set, output throws in JJava and clears the flag: the cell could then not be stopped.
     * So nothing is sent once the flag is up, and the flag is put back if it rose while sending.
     */
    private static void unlessInterrupted(Runnable output) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        try {
            output.run();
        } catch (RuntimeException e) {
            if (!String.valueOf(e.getMessage()).contains("Interrupted") && !Thread.currentThread().isInterrupted()) {
                throw e;
            }
            Thread.currentThread().interrupt();
        }
    }

    private Object newBundle(Map<String, Object> bundle) {
        try {
            Object data = bundleType.getConstructor().newInstance();
            put(data, bundle);
            return data;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this kernel's DisplayData cannot be made: " + e, e);
        }
    }

    private static void put(Object data, Map<String, Object> bundle) throws ReflectiveOperationException {
        Method put = data.getClass().getMethod("putData", String.class, Object.class);
        bundle.forEach((mime, content) -> invoke(put, data, mime, content));
    }

    private static Optional<Object> instance(String classAndMethod) {
        String[] names = classAndMethod.split(":");
        try {
            return Optional.ofNullable(Class.forName(names[0]).getMethod(names[1]).invoke(null));
        } catch (ReflectiveOperationException | LinkageError e) {
            return Optional.empty();
        }
    }

    private static Object call(Object target, String name, Object... arguments) {
        return invoke(method(target.getClass(), name, arguments.length), target, arguments);
    }

    private static Method method(Class<?> type, String name, int parameters) {
        return Stream.of(type.getMethods())
            .filter(m -> m.getName().equals(name) && m.getParameterCount() == parameters && !m.isBridge())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("%s has no method %s".formatted(type.getName(), name)));
    }

    private static Object invoke(Method method, Object target, Object... arguments) {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e.toString(), e);
        }
    }
}
