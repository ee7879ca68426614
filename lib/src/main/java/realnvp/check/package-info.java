/**
 * Checks that show their numbers: each measures one claim about a flow, prints one line with the largest error and the
 * tolerance, and throws when the claim does not hold. The same methods serve notebooks, exercises and JUnit.
 *
 * <p>What they compare with shares no code with {@code autodiff}: the exact density of two moons, and the
 * flow's formulas written again in double over commons-math3.
 */
package realnvp.check;
