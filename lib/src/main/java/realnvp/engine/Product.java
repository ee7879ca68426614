package realnvp.engine;

/**
 * C += A·B for matrices of fixed shapes, read and written where they are: what the operations of a tape are made of.
 * Running it again takes what A and B hold then.
 */
public final class Product implements Runnable {
    private final MatrixProduct product = MatrixProduct.fastest();
    private final View a;
    private final View b;
    private final View c;
    private final PackedMatrix packed;

    /** A matrix in an array: element (r,c) is {@code data[r * rowStride + c * columnStride]}. */
    public record View(float[] data, int rows, int columns, int rowStride, int columnStride) {
        /** A row-major matrix without gaps. */
        public static View of(float[] data, int rows, int columns) {
            return new View(data, rows, columns, columns, 1);
        }

        public View transposed() {
            return new View(data, columns, rows, columnStride, rowStride);
        }
    }

    /** A is (n,k), B is (k,m), and C is (n,m) and row-major. */
    public Product(View a, View b, View c) {
        this.a = a;
        this.b = b;
        this.c = c;
        this.packed = new PackedMatrix(b.rows, b.columns);
    }

    @Override
    public void run() {
        packed.pack(b.data, b.rowStride, b.columnStride);
        product.multiply(c.data, c.columns, a.data, a.rowStride, a.columnStride, packed, c.data, c.rows);
    }
}
