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
    private static final ValueType[] FOUR_FLOATS = {ValueType.FLOAT, ValueType.FLOAT, ValueType.FLOAT, ValueType.FLOAT};

    /** The classes named X that are called XInBrowser here: without threads, and without the vector module. */
    @Override
    public void contribute(SubstitutionSink sink) {
        sink.selectClasses(Set.of("realnvp.engine.Parallel", "realnvp.engine.VectorProduct")::contains)
            .simpleNameSuffix("InBrowser");
        sink.selectClasses(named("java.lang.ModuleLayer")).replacePackage("java.lang", "realnvp.laboratory");
    }

    /** Gives Math its fma. */
    @Override
    public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
        if (!type.getName().equals("java.lang.Math")) {
            return;
        }
        MethodHolder fma = new MethodHolder("fma", FOUR_FLOATS);
        fma.setLevel(AccessLevel.PUBLIC);
        fma.getModifiers().add(ElementModifier.STATIC);
        ProgramEmitter program = ProgramEmitter.create(fma, context.getHierarchy());
        ValueEmitter[] abc = {program.var(1, ValueType.FLOAT), program.var(2, ValueType.FLOAT),
            program.var(3, ValueType.FLOAT)};
        program.invoke(new MethodReference("realnvp.laboratory.FusedMultiplyAdd", "of", FOUR_FLOATS), abc)
            .returnValue();
        type.addMethod(fma);
    }
}
