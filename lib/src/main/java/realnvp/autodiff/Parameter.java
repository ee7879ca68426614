package realnvp.autodiff;

/**
 * A matrix that training changes. It keeps itself and its transpose packed for the matrix product, so whoever writes
 * to {@link #data()} calls {@link #changed()} afterwards.
 *
 * <pre>{@code
 * Parameter weight = new Parameter("weight", Matrix.of(new double[] {1, 2}));
 * weight.assign(Matrix.of(new double[] {3, 4}));
 * }</pre>
 */
public final class Parameter {
    private final String name;
    private final Matrix value;
    private final PackedMatrix packed;
    private final PackedMatrix packedTranspose;

    public Parameter(String name, Matrix value) {
        this.name = name;
        this.value = value;
        this.packed = new PackedMatrix(value.rows, value.columns);
        this.packedTranspose = new PackedMatrix(value.columns, value.rows);
        changed();
    }

    public String name() {
        return name;
    }

    public int rows() {
        return value.rows;
    }

    public int columns() {
        return value.columns;
    }

    /** A copy of the numbers; {@link #assign} writes them back. */
    public Matrix value() {
        return value.copy();
    }

    /** Replaces all numbers; the shape must be the same. */
    public void assign(Matrix newValue) {
        if (newValue.rows != value.rows || newValue.columns != value.columns) {
            throw new IllegalArgumentException("parameter %s has shape %s, got %s"
                .formatted(name, value.shape(), newValue.shape()));
        }
        System.arraycopy(newValue.data, 0, value.data, 0, value.data.length);
        changed();
    }

    /** The numbers themselves, row-major: for optimisers, which call {@link #changed()} after writing. */
    public float[] data() {
        return value.data;
    }

    /** Packs the numbers again after a write. */
    public void changed() {
        packed.pack(value.data, value.columns, 1);
        packedTranspose.pack(value.data, 1, value.columns);
    }

    PackedMatrix packed() {
        return packed;
    }

    PackedMatrix packedTranspose() {
        return packedTranspose;
    }

    @Override
    public String toString() {
        return name + " " + value.shape();
    }
}
