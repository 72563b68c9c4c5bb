package dev.culvert.tun.device;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/** The file behind the taps of an interface's queues: written at least once a second while packets come. Any thread. */
final class Capture {
    private static final long FLUSH_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final PcapngFile file;
    private final LongSupplier epochNanos;
    private final Consumer<String> log;
    private int open;
    private long flushAtNs;
    private volatile boolean stopped;

    /** Of so many taps, each of which closes it once. */
    Capture(final PcapngFile file, final LongSupplier epochNanos, final Consumer<String> log, final int taps) {
        this.file = file;
        this.epochNanos = epochNanos;
        this.log = log;
        open = taps;
    }

    /** Whether nothing is written any more. */
    boolean isStopped() {
        return stopped;
    }

    synchronized void write(final UnsafeBuffer buffer, final int offset, final int length, final int direction) {
        if (stopped) {
            return;
        }
        final long nowNs = epochNanos.getAsLong();
        try {
            if (file.isWritten()) {
                flushAtNs = nowNs + FLUSH_EVERY_NS;
            }
            file.packet(0, buffer, offset, length, nowNs, direction);
            if (nowNs - flushAtNs >= 0) {
                file.flush();
            }
        } catch (IOException e) {
            stop(e);
        }
    }

    /** When {@link #writeOutWhenDue} has something to do; {@code Long.MAX_VALUE}: not before something else happens. */
    synchronized long dueInNs() {
        return stopped || file.isWritten() ? Long.MAX_VALUE : Math.max(0, flushAtNs - epochNanos.getAsLong());
    }

    synchronized void writeOutWhenDue() {
        if (!stopped && !file.isWritten() && epochNanos.getAsLong() - flushAtNs >= 0) {
            writeOut();
        }
    }

    private void writeOut() {
        try {
            file.flush();
        } catch (IOException e) {
            stop(e);
        }
    }

    private void stop(final IOException e) {
        stopped = true;
        log.accept("capture stopped: cannot write " + file.path() + " (" + PcapngFile.reason(e) + ")");
        file.abandon();
    }

    /** A tap has closed; the last one closes the file. */
    synchronized void close() {
        open--;
        if (!stopped) {
            writeOut();
        }
        if (open == 0 && !stopped) {
            stopped = true;
            file.abandon();
        }
    }
}
