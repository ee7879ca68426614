package realnvp.flow;

import java.util.List;
import realnvp.autodiff.Parameter;
import realnvp.autodiff.Tensor;

/** f = f_k ∘ … ∘ f_1: one bijector after the other, whose log-determinants add up. */
public final class Chain implements Bijector {
    private final List<Bijector> bijectors;

    public Chain(List<? extends Bijector> bijectors) {
        if (bijectors.isEmpty()) {
            throw new IllegalArgumentException("a chain needs at least 1 bijector, got 0");
        }
        int features = bijectors.get(0).features();
        for (Bijector bijector : bijectors) {
            if (bijector.features() != features) {
                throw new IllegalArgumentException(("all bijectors of a chain need the same number of features, "
                    + "got %d and %d").formatted(features, bijector.features()));
            }
        }
        this.bijectors = List.copyOf(bijectors);
    }

    @Override
    public int features() { return bijectors.get(0).features(); }

    @Override
    public ValueAndLogDet forwardAndLogDet(Tensor x) {
        ValueAndLogDet result = bijectors.get(0).forwardAndLogDet(x);
        for (int i = 1; i < bijectors.size(); i++) {
            result = then(result, bijectors.get(i).forwardAndLogDet(result.value()));
        }
        return result;
    }

    @Override
    public ValueAndLogDet inverseAndLogDet(Tensor z) {
        int last = bijectors.size() - 1;
        ValueAndLogDet result = bijectors.get(last).inverseAndLogDet(z);
        for (int i = last - 1; i >= 0; i--) {
            result = then(result, bijectors.get(i).inverseAndLogDet(result.value()));
        }
        return result;
    }

    private static ValueAndLogDet then(ValueAndLogDet soFar, ValueAndLogDet next) {
        return new ValueAndLogDet(next.value(), soFar.logDet().add(next.logDet()));
    }

    public List<Bijector> bijectors() { return bijectors; }

    /** The first k bijectors: from the data to the space after layer k. */
    public Chain prefix(int k) {
        if (k < 1 || k > bijectors.size()) {
            throw new IllegalArgumentException("k must be between 1 and %d, the number of bijectors, got %d"
                .formatted(bijectors.size(), k));
        }
        return new Chain(bijectors.subList(0, k));
    }

    @Override
    public List<Parameter> parameters() {
        return bijectors.stream().flatMap(bijector -> bijector.parameters().stream()).distinct().toList();
    }

    @Override
    public String toString() { return "%d layers for %d features".formatted(bijectors.size(), features()); }
}
