package realnvp.moons;

/** The part of the plane that a figure or an integral covers: [xMin, xMax] × [yMin, yMax] in the units of the data. */
public record Box(double xMin, double xMax, double yMin, double yMax) {
    /** Holds two moons with noise up to 0.2 and their surroundings. */
    public static final Box MOONS = new Box(-1.75, 2.75, -1.5, 2.0);
    /** Holds the standard normal up to 4 standard deviations. */
    public static final Box LATENT = new Box(-4, 4, -4, 4);

    public Box {
        if (!(xMin < xMax && yMin < yMax)) {
            throw new IllegalArgumentException("a box needs xMin < xMax and yMin < yMax, got [%s, %s] x [%s, %s]"
                .formatted(xMin, xMax, yMin, yMax));
        }
    }

    /** Whether the point lies in the rectangle or on its rim. */
    public boolean contains(double x, double y) {
        return x >= xMin && x <= xMax && y >= yMin && y <= yMax;
    }
}
