package dev.culvert.endpoint.simulate;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Tells on a terminal, once a second, how far a long run is; the line is wiped out at the end. */
public final class Progress {
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final PrintWriter err;
    private final LongSupplier clock;
    private long dueNs;
    private boolean shown;

    /** Writes there; null: nowhere. */
    public Progress(final PrintWriter err, final LongSupplier clock) {
        this.err = err;
        this.clock = clock;
        dueNs = clock.getAsLong() + EVERY_NS;
    }

    /** Says how far it is, if it is time to say something. */
    public void at(final Supplier<String> text) {
        if (err == null || clock.getAsLong() - dueNs < 0) {
            return;
        }
        dueNs = clock.getAsLong() + EVERY_NS;
        shown = true;
        err.print("\r\033[K" + text.get());
        err.flush();
    }

    /** Nothing more to tell. */
    public void end() {
        if (shown) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
