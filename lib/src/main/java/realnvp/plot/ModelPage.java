package realnvp.plot;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import realnvp.flow.Chain;
import realnvp.flow.RealNvp;
import realnvp.moons.Box;
import realnvp.moons.LabelledPoints;

/** Six views of one flow of the plane on one page, so that they can be read against each other. */
public final class ModelPage {
    private static final int LINES = 10; // of a grid, in each direction
    private static final double CUT = 8; // nats: far from the data log |det J| means little, and is large
    private static final Axes BETWEEN = new Axes("coordinate 1", "coordinate 2", new Box(-4, 4, -4, 4));

    private ModelPage() { }

    /**
     * Density, samples and log |det J| in the first row; in the second the coloured latent and a square grid under f
     * and under f⁻¹; in the third the data after a quarter, a half and three quarters of the layers.
     *
     * @param data as many points as there are samples; 500 to 1,000 can be read
     */
    public static PlotlyFigure of(String title, RealNvp flow, LabelledPoints data, RandomGenerator rng) {
        Chain chain = flow.chain();
        List<PlotlyFigure> views = new ArrayList<>(List.of(
            DensityPlots.density("density", flow, Axes.DATA)
                .trace(0, "colorbar.title.text", "").trace(0, "showscale", false), // room for the panels
            PointPlots.points("samples", flow.sample(data.points().rows, rng), Axes.DATA),
            DensityPlots.map("log |det J|, cut at ±8", "log |det J| (nats)", chain::forwardLogDet, Axes.DATA,
                -CUT, CUT).trace(0, "colorscale", DensityPlots.BLUE_TO_RED),
            PointPlots.latent("latent f(x)", flow.forward(data.points()), data.labels()),
            MapPlots.warpedGrid("grid under f", flow::forward, Box.MOONS, LINES, Axes.LATENT),
            MapPlots.warpedGrid("grid under f⁻¹", flow::inverse, Box.LATENT, LINES, Axes.DATA)));
        for (int quarter = 1; quarter <= 3; quarter++) {
            int k = Math.max(1, quarter * chain.bijectors().size() / 4);
            views.add(PointPlots.points("after layer " + k, chain.prefix(k).forward(data.points()), data.labels(),
                BETWEEN));
        }
        return Panels.grid(title, 3, views.toArray(PlotlyFigure[]::new));
    }
}
