package realnvp.bench;

import realnvp.train.LearningRate;
import realnvp.train.Trainer;

/** Adam steps on the points of a case, always the same ones, so slow that the flow hardly changes. */
final class Steps {
    private final Trainer trainer;

    Steps(Case work) {
        trainer = new Trainer(work.flow(),
            batch -> System.arraycopy(work.points().data, 0, batch.data, 0, batch.data.length))
            .batchSize(work.points().rows).learningRate(LearningRate.constant(Case.LEARNING_RATE));
    }

    void run(int count) {
        trainer.steps(trainer.log().size() + count).train();
    }
}
