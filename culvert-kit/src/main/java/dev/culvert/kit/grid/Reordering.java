package dev.culvert.kit.grid;

import dev.culvert.kit.grid.GridCell.Path;
import java.util.Locale;

/** How data overtake each other on the way to the receiver. */
public enum Reordering {
    /** Not at all. */
    NONE("none", 0),
    /** 1 % of the packets come up to six segments late, three on average. */
    SEGMENTS("1%-by-3", 0.01) {
        @Override
        long lateNs(final Path path) {
            return 2 * 3 * path.segmentNs();
        }
    },
    /** 10 % of the packets come up to a quarter of the round-trip time late. */
    QUARTER("10%-rtt/4", 0.1) {
        @Override
        long lateNs(final Path path) {
            return path.rttNs() / 4;
        }
    },
    /** Every packet comes up to 300 ms late, as with netem's {@code delay ... 300ms} without a rate. */
    JITTER("jitter-300ms", 1) {
        @Override
        long lateNs(final Path path) {
            return 300_000_000;
        }

        @Override
        long meanNs() {
            return 150_000_000;
        }
    };

    private final String label;
    private final double share;

    Reordering(final String label, final double share) {
        this.label = label;
        this.share = share;
    }

    /** At most this much later than the others, in ns. */
    long lateNs(final Path path) {
        return 0;
    }

    /** What this adds to the mean round-trip time, in ns; what a few late packets add counts as nothing. */
    long meanNs() {
        return 0;
    }

    /** The keys of a scenario's link. */
    String settings(final Path path) {
        return share == 0
                ? ""
                : String.format(Locale.ROOT, "reorder: %.2f, reorder-delay: %dns, ", share, Math.max(1, lateNs(path)));
    }

    /** As the command line and the tables have it. */
    @Override
    public String toString() {
        return label;
    }
}
