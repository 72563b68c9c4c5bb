package dev.culvert.kit.grid;

/**
 * What theory foretells of a cell: the response functions of the controls for random losses, and the rate of the bottleneck.
 * They are derived for small shares of loss, no timeouts, and no queue.
 */
final class Theory {
    /** Beyond this share timeouts rule, which neither function knows. */
    private static final double MOST_LOSS = 0.01;

    private static final double CUBIC_C = 0.4;
    private static final double CUBIC_BETA = 0.7;

    private Theory() {}

    /** Goodput of all flows together, in bits per second; −1 when no function covers the cell. */
    static double goodput(final GridCell cell) {
        final GridCell.Path path = cell.path();
        final double full = link(cell);
        if (cell.reordering() != Reordering.NONE || path.bursts() || path.loss() > MOST_LOSS) {
            return -1;
        }
        if (path.loss() == 0 || cell.control().equals("bbr")) {
            return full;
        }
        final double rttSeconds = path.rttNs() / 1e9;
        final double window = cell.control().equals("cubic")
                ? Math.max(mathis(path.loss()), cubic(path.loss(), rttSeconds))
                : mathis(path.loss());
        return Math.min(full, cell.flows() * window * GridCell.PAYLOAD * 8 / rttSeconds);
    }

    /** The payload that the bottleneck carries when it never rests. */
    static double link(final GridCell cell) {
        return (double) cell.path().bitsPerSecond() * GridCell.PAYLOAD / GridCell.PACKET;
    }

    /** Mean window of additive increase by one and halving, in segments (Mathis et al. 1997; RFC 3649 section 2). */
    private static double mathis(final double loss) {
        return Math.sqrt(1.5 / loss);
    }

    /** Mean window of CUBIC, in segments (RFC 9438 section 5.1). */
    private static double cubic(final double loss, final double rttSeconds) {
        return Math.pow(CUBIC_C * (3 + CUBIC_BETA) / (4 * (1 - CUBIC_BETA)), 0.25)
                * Math.pow(rttSeconds, 0.75)
                / Math.pow(loss, 0.75);
    }
}
