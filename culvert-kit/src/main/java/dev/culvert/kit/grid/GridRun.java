package dev.culvert.kit.grid;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Measures cells, several at a time; each is a simulation of its own, so that the figures do not depend on how many. */
public final class GridRun {
    private GridRun() {}

    /**
     * Measures these cells. An interrupt of the calling thread ends it early, and the thread stays interrupted.
     *
     * @param seed the first one
     * @param seeds how often each is measured, with the next seed each time, 1 or more; the middle one counts
     * @param jobs how many are measured at a time, 1 or more
     * @param progress is told each result in the order of the cells, on the calling thread
     * @return what has been measured, in the order of the cells
     */
    public static List<CellResult> measure(
            final List<GridCell> cells,
            final long seed,
            final int seeds,
            final int jobs,
            final Consumer<CellResult> progress) {
        final AtomicBoolean stop = new AtomicBoolean();
        final ExecutorService workers = Executors.newFixedThreadPool(jobs);
        final List<CellResult> results = new ArrayList<>();
        try {
            final List<Future<CellResult>> begun = new ArrayList<>();
            for (final GridCell cell : cells) {
                begun.add(workers.submit(() -> CellResult.measure(cell, seed, seeds, stop::get)));
            }
            for (final Future<CellResult> one : begun) {
                results.add(one.get());
                progress.accept(results.get(results.size() - 1));
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final ExecutionException e) {
            throw new IllegalStateException(
                    cells.get(results.size()) + ": " + e.getCause().getMessage(), e.getCause());
        } finally {
            stop.set(true);
            workers.shutdownNow();
        }
        return results;
    }
}
