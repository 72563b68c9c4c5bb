package dev.culvert.endpoint;

import dev.culvert.endpoint.simulate.Progress;
import dev.culvert.kit.grid.CellResult;
import dev.culvert.kit.grid.Grid;
import dev.culvert.kit.grid.GridCell;
import dev.culvert.kit.grid.GridPage;
import dev.culvert.kit.grid.GridRun;
import dev.culvert.kit.grid.GridText;
import dev.culvert.kit.scenario.ScenarioException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code culvert simulate --grid}: what every congestion control makes of many paths. */
final class GridOptions {
    @Option(
            names = "--grid",
            paramLabel = "PART",
            description =
                    "Measure cells of the congestion grid (docs/congestion-grid.md), and end: golden, all, or some by"
                            + " KEY=VALUE|VALUE,... with the keys control, rate, rtt, loss, reordering, flows.")
    private String part;

    @Option(names = "--jobs", paramLabel = "N", description = "Cells to measure at a time. Default: 1.")
    private int jobs = 1;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Measure each cell with N seeds from --seed on and take the middle run. Default: 1.")
    private int seeds = 1;

    @Option(names = "--csv", description = "Print the grid as CSV.")
    private boolean csv;

    boolean isAsked() {
        return part != null;
    }

    /** Measures and prints what there is, also after Ctrl-C. */
    int run(final PrintWriter out, final Progress progress, final long seed) {
        if (jobs < 1 || jobs > 1_024) {
            throw new ScenarioException("--jobs " + jobs + " is outside 1 to 1024");
        }
        if (seeds < 1 || seeds > 99) {
            throw new ScenarioException("--seeds " + seeds + " is outside 1 to 99");
        }
        final List<GridCell> cells = Grid.part(part);
        if (cells.isEmpty()) {
            throw new ScenarioException("--grid " + part + ": the grid has no such cell");
        }
        Interruption.ofThisThread();
        final int[] done = new int[1];
        final List<CellResult> results = GridRun.measure(cells, seed, seeds, jobs, result -> {
            done[0]++;
            progress.at(() -> done[0] + " of " + cells.size() + " cells, the last was " + result.cell());
        });
        progress.end();
        out.print(text(results, cells.size()));
        out.flush();
        return Thread.interrupted() ? Interruption.EXIT_CODE : ExitCode.OK;
    }

    private String text(final List<CellResult> results, final int asked) {
        if (csv) {
            return GridText.csv(results);
        }
        if (results.size() < asked) {
            return String.format("Interrupted: %d of %d cells were measured.%n%n", results.size(), asked)
                    + (results.isEmpty() ? "" : GridText.markdown(results) + GridPage.standingOut(results));
        }
        return part.equals("golden")
                ? GridPage.of(results)
                : GridText.markdown(results) + GridPage.standingOut(results);
    }
}
