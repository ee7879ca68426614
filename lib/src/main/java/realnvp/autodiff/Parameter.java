package realnvp.autodiff;

import java.util.function.Consumer;
import realnvp.engine.PackedMatrix;

/**
 * A matrix that training changes. It keeps itself and its transpose packed for the matrix product, so its numbers are
 * changed by {@link #update} or {@link #assign} alone.
 */
public final class Parameter {
    private final String name;
    private final Matrix value;
    private final PackedMatrix packed;
    private final PackedMatrix packedTranspose;

    /** A parameter that starts with a copy of these numbers. */
    public Parameter(String name, Matrix value) {
        this.name = name;
        this.value = value.copy();
        this.packed = new PackedMatrix(value.rows, value.columns);
        this.packedTranspose = new PackedMatrix(value.columns, value.rows);
        update(numbers -> { });
    }

    public String name() { return name; }

    public int rows() { return value.rows; }

    public int columns() { return value.columns; }

    /** How many numbers it has. */
    public int size() { return value.data.length; }

    /** A copy of the numbers; {@link #assign} writes them back. */
    public Matrix value() { return value.copy(); }

    /** Replaces all numbers; the shape must be the same. */
    public void assign(Matrix newValue) {
        if (newValue.rows != value.rows || newValue.columns != value.columns) {
            throw new IllegalArgumentException("parameter %s has shape %s, got %s"
                .formatted(name, value.shape(), newValue.shape()));
        }
        update(numbers -> System.arraycopy(newValue.data, 0, numbers, 0, numbers.length));
    }

    /** Gives all numbers, row after row, to be changed in place. */
    public void update(Consumer<float[]> change) {
        change.accept(value.data);
        packed.pack(value.data, value.columns, 1);
        packedTranspose.pack(value.data, 1, value.columns);
    }

    /** Copies the numbers, without allocating. */
    public void copyTo(float[] numbers) { System.arraycopy(value.data, 0, numbers, 0, numbers.length); }

    float[] data() { return value.data; }

    public PackedMatrix packed() { return packed; }

    public PackedMatrix packedTranspose() { return packedTranspose; }

    @Override
    public String toString() { return name + " " + value.shape(); }
}
