package org.dflib.jjava.jupyter.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Stands where JJava's kernel stands, with the methods that the bridge calls; records what is shown. */
public class BaseKernel {
    public static BaseKernel running; // null: not in a kernel, as in every other test

    public final List<String> shown = new ArrayList<>();
    public final Io io = new Io();
    private final Renderer renderer = new Renderer();

    public static BaseKernel notebookKernel() {
        return running;
    }

    public Renderer getRenderer() {
        return renderer;
    }

    public Io getIO() {
        return io;
    }

    public void display(DisplayData data) {
        send("display " + data.id + " " + data.content);
    }

    private void send(String message) {
        if (Thread.interrupted()) { // as JJava does: throws, and the flag is gone
            throw new IllegalStateException("Errno 4 : Interrupted function");
        }
        shown.add(message);
    }

    public static class DisplayData {
        final Map<String, Object> content = new LinkedHashMap<>();
        String id;

        public void putData(String mime, Object value) {
            content.put(mime, value);
        }

        public void setDisplayId(String id) {
            this.id = id;
        }
    }

    public class Io {
        public final Stream display = new Stream();
    }

    public class Stream {
        public void updateDisplay(String id, DisplayData data) {
            send("update " + id + " " + data.content);
        }
    }

    public interface RenderFunction {
        void render(Object value, Context context);
    }

    public record Context(DisplayData getOutputContainer) {
    }

    public static class Renderer {
        private final Map<Class<?>, RenderFunction> functions = new LinkedHashMap<>();

        public Registration createRegistration(Class<?> type) {
            return new Registration(this, type);
        }

        public DisplayData render(Object value) {
            DisplayData data = new DisplayData();
            functions.forEach((type, function) -> {
                if (type.isInstance(value)) {
                    function.render(value, new Context(data));
                }
            });
            return data;
        }
    }

    public record Registration(Renderer renderer, Class<?> type) {
        public Registration preferring(String... mimes) {
            return this;
        }

        public void register(RenderFunction function) {
            renderer.functions.put(type, function);
        }
    }
}
