package realnvp.train;

/** Is told how a training goes; called after every step, so it must be quick and should show only some of the calls. */
public interface Progress {
    Progress SILENT = (step, steps, loss, stepsPerSecond, secondsLeft) -> { };

    /**
     * @param step  steps done so far, from 1 to steps
     * @param loss  of this step's batch, in nats per point
     */
    void update(int step, int steps, double loss, double stepsPerSecond, double secondsLeft);

    /** Called once when training ends, also when it was stopped. */
    default void finish() { }
}
