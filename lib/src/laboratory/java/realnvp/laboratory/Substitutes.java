package realnvp.laboratory;

import java.util.Set;
import org.teavm.extension.spi.substitution.SimpleSubstitutionPolicy;
import org.teavm.extension.spi.substitution.SubstitutionSink;
import org.teavm.model.AccessLevel;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.ElementModifier;
import org.teavm.model.MethodHolder;
import org.teavm.model.MethodReference;
import org.teavm.model.ValueType;
import org.teavm.model.emit.ProgramEmitter;
import org.teavm.model.emit.ValueEmitter;

/** What the compiler puts in the place of that which a browser lacks; the library's sources do not know of it. */
public final class Substitutes extends SimpleSubstitutionPolicy implements ClassHolderTransformer {
    /** The classes named X that are called XInBrowser here: without threads, and without the vector module. */
    @Override
    public void contribute(SubstitutionSink sink) {
        sink.selectClasses(Set.of("realnvp.engine.Parallel", "realnvp.engine.VectorProduct")::contains)
            .simpleNameSuffix("InBrowser");
        sink.selectClasses(named("java.lang.ModuleLayer")).replacePackage("java.lang", "realnvp.laboratory");
    }

    /** Puts the methods of BrowserMath into Math. */
    @Override
    public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
        if (type.getName().equals("java.lang.Math")) {
            put("fma", type, context, ValueType.FLOAT, ValueType.FLOAT, ValueType.FLOAT, ValueType.FLOAT);
            put("ulp", type, context, ValueType.DOUBLE, ValueType.DOUBLE);
        }
    }

    private static void put(String name, ClassHolder math, ClassHolderTransformerContext context,
                            ValueType... signature) {
        MethodHolder method = new MethodHolder(name, signature);
        method.setLevel(AccessLevel.PUBLIC);
        method.getModifiers().add(ElementModifier.STATIC);
        ProgramEmitter program = ProgramEmitter.create(method, context.getHierarchy());
        ValueEmitter[] arguments = new ValueEmitter[signature.length - 1]; // the last of the signature is the result
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = program.var(i + 1, signature[i]);
        }
        program.invoke(new MethodReference("realnvp.laboratory.BrowserMath", name, signature), arguments)
            .returnValue();
        MethodHolder old = math.getMethod(method.getDescriptor());
        if (old != null) {
            math.removeMethod(old);
        }
        math.addMethod(method);
    }
}
