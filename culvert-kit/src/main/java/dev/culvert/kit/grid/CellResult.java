package dev.culvert.kit.grid;

import dev.culvert.kit.scenario.ScenarioReader;
import dev.culvert.kit.scenario.ScenarioRun;
import dev.culvert.kit.scenario.StateListener;
import dev.culvert.kit.scenario.Summary;
import dev.culvert.kit.scenario.Summary.StackResult;
import dev.culvert.kit.sim.LinkObserver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What a cell came to after its warm-up. Immutable.
 *
 * @param goodput what the receiving applications got, in bits per second
 * @param sent segments that the sender sent, retransmissions included
 * @param retransmitted retransmissions among them
 * @param spurious segments that the receiver had already (it answers them with a D-SACK, RFC 2883)
 * @param lost data packets that the path or its queue lost
 * @param timeouts retransmission timeouts
 * @param jain fairness of the flows: 1 when all got the same, 1/n when one got all
 * @param inOrder goodput of the same path without reordering in bits per second; −1 when that is not asked for
 */
public record CellResult(
        GridCell cell,
        long goodput,
        long sent,
        long retransmitted,
        long spurious,
        long lost,
        long timeouts,
        double jain,
        long inOrder) {
    /**
     * Measures a cell with so many seeds from {@code seed} on: the run in the middle by goodput, with the fairness in the middle. Null
     * when {@code stop}, asked now and then, says to give up.
     */
    static CellResult measure(final GridCell cell, final long seed, final int seeds, final BooleanSupplier stop) {
        final List<CellResult> results = new ArrayList<>();
        for (int i = 0; i < seeds && !stop.getAsBoolean(); i++) {
            results.add(one(cell, seed + i, stop));
        }
        if (stop.getAsBoolean()) {
            return null;
        }
        final int middle = (seeds - 1) / 2;
        final double fairness =
                results.stream().mapToDouble(CellResult::jain).sorted().toArray()[middle];
        results.sort(Comparator.comparingLong(CellResult::goodput));
        return results.get(middle).withJain(fairness);
    }

    private CellResult withJain(final double value) {
        return new CellResult(cell, goodput, sent, retransmitted, spurious, lost, timeouts, value, inOrder);
    }

    /** One run; null when {@code stop} says to give up. */
    static CellResult one(final GridCell cell, final long seed, final BooleanSupplier stop) {
        final boolean compares =
                cell.reordering() != Reordering.NONE && cell.path().loss() == 0;
        final CellResult clean = compares ? one(cell.inOrder(), seed, stop) : null;
        try (ScenarioRun run = new ScenarioRun(
                ScenarioReader.read("grid", cell.yaml(), List.of()), seed, LinkObserver.NONE, StateListener.NONE)) {
            run.playUntil(cell.warmUpNs(), stop);
            final Summary before = run.summary();
            final long lostBefore = before.links().get(0).lost(); // the link goes on counting
            run.run(stop);
            return stop.getAsBoolean()
                    ? null
                    : between(cell, before, lostBefore, run.summary(), clean == null ? -1 : clean.goodput);
        }
    }

    private static CellResult between(
            final GridCell cell, final Summary before, final long lostBefore, final Summary after, final long inOrder) {
        final StackResult sender = after.stacks().get(0);
        final StackResult earlier = before.stacks().get(0);
        final long[] bytes = new long[cell.flows()];
        long sum = 0;
        double squares = 0;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = after.flows().get(i).bytesUp() - before.flows().get(i).bytesUp();
            sum += bytes[i];
            squares += (double) bytes[i] * bytes[i];
        }
        return new CellResult(
                cell,
                (long) (sum * 8e9 / cell.measuredNs()),
                sender.segmentsOut() - earlier.segmentsOut(),
                sender.retransmitted() - earlier.retransmitted(),
                after.stacks().get(1).duplicates() - before.stacks().get(1).duplicates(),
                after.links().get(0).lost() - lostBefore,
                sender.timeouts() - earlier.timeouts(),
                sum == 0 ? 0 : (double) sum * sum / (bytes.length * squares),
                inOrder);
    }

    /** Goodput as a share of the same path's without reordering; −1 when that is not known. */
    public double ofInOrder() {
        return inOrder < 0 ? -1 : (double) goodput / inOrder;
    }

    /** Goodput as a share of what theory foretells; −1 when it is silent. */
    public double ofTheory() {
        final double foretold = Theory.goodput(cell);
        return foretold < 0 ? -1 : goodput / foretold;
    }
}
