import realnvp.autodiff.Matrix;
import realnvp.laboratory.Experiment;

/** Prints what the page must find after so many steps: SHAPE COUPLINGS WIDTH RATE BATCH SEED STEPS. */
public final class OnTheJvm {
    private OnTheJvm() { }

    public static void main(String[] args) {
        Matrix drawn = args[0].equals("drawn") ? new Matrix(200, 2) : null;
        for (int i = 0; drawn != null && i < drawn.data.length; i++) {
            drawn.data[i] = (float) (i * 7 % 100 / 50.0 - 1); // as in laboratory.py
        }
        Experiment experiment = new Experiment(args[0], drawn, Integer.parseInt(args[1]), Integer.parseInt(args[2]),
            Double.parseDouble(args[3]), Integer.parseInt(args[4]), Integer.parseInt(args[5]));
        experiment.train(Integer.parseInt(args[6]));
        double[] losses = experiment.newLosses();
        System.out.println(experiment.fingerprint() + " " + losses[losses.length - 1]);
    }
}
