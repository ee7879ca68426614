package realnvp.nn;

import java.util.List;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tensor;

/** A function of a batch, (n,in) to (n,out), with parameters that training can change. */
@FunctionalInterface
public interface Module {
    Tensor apply(Tensor x);

    default List<Parameter> parameters() { return List.of(); }
}
