package dev.culvert.kit.trace;

import dev.culvert.kit.plot.FlowListener;
import dev.culvert.kit.plot.FlowPlot;
import dev.culvert.kit.plot.FlowRecords;
import dev.culvert.kit.plot.FlowRing;
import dev.culvert.kit.scenario.TraceLines;
import dev.culvert.tcp.Probe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Records what the connections of a running stack do over time. The stack's threads put it into a {@link FlowRing}; a thread of the
 * recorder's own takes it out, so that no disk ever keeps the stack waiting. Lines are written at once, the picture in the end.
 *
 * <p>Memory is bounded however long it runs: the ring, and for the picture what {@link #MOST_EVENTS} take (some 40 MB). One thread
 * opens and closes it.
 */
public final class FlowRecorder implements AutoCloseable {
    /** Connections that are candidates for the picture; where there are more, those that have sent least are forgotten. */
    public static final int MOST_FLOWS = 256;

    /** Ranges and samples that are kept for the picture. */
    public static final int MOST_EVENTS = 500_000;

    /** Room for 65,000 acknowledgements, and so for as many per nap. */
    private static final int RING_BYTES = 1 << 23;

    private static final long NAP_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final FlowFiles files;
    private final Consumer<String> log;
    private final FlowRing ring;
    private final FlowRecords records;
    private final PrintWriter picture;
    private final PrintWriter lines;
    private final Thread thread = new Thread(this::record, "culvert-recorder");
    private FlowListener listener;
    private boolean full;
    private boolean stopped;
    private volatile boolean closing;

    private FlowRecorder(
            final FlowFiles files,
            final PrintWriter picture,
            final PrintWriter lines,
            final FlowRing ring,
            final FlowRecords records,
            final Consumer<String> log) {
        this.files = files;
        this.picture = picture;
        this.lines = lines;
        this.ring = ring;
        this.records = records;
        this.log = log;
        final FlowListener drawn = picture == null ? FlowListener.NONE : records;
        listener = lines == null ? drawn : new TraceLines(lines, TraceLines.isCsv(files.trace())).and(drawn);
    }

    /**
     * Opens the files and begins.
     *
     * @param startNs the stack's time now, which the files count from
     * @param log gets one line when something is missing in a file
     * @throws IOException when a file cannot be written: a {@link java.nio.file.FileSystemException} that names it
     */
    public static FlowRecorder open(final FlowFiles files, final long startNs, final Consumer<String> log)
            throws IOException {
        return open(files, new FlowRing("culvert", RING_BYTES, startNs), new FlowRecords(MOST_FLOWS, MOST_EVENTS), log);
    }

    static FlowRecorder open(
            final FlowFiles files, final FlowRing ring, final FlowRecords records, final Consumer<String> log)
            throws IOException {
        final PrintWriter picture = writer(files.plot());
        final PrintWriter lines;
        try {
            lines = writer(files.trace());
        } catch (final IOException failure) {
            if (picture != null) {
                picture.close();
            }
            throw failure;
        }
        final FlowRecorder recorder = new FlowRecorder(files, picture, lines, ring, records, log);
        recorder.thread.setDaemon(true);
        recorder.thread.start();
        return recorder;
    }

    private static PrintWriter writer(final Path file) throws IOException {
        return file == null ? null : new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    }

    /** What the stack is to be given. */
    public Probe probe() {
        return ring;
    }

    // ------------------------------------------------------------------ the recorder's thread

    private void record() {
        while (!closing) {
            if (pass() == 0) {
                LockSupport.parkNanos(this, NAP_NS);
            }
        }
        while (pass() > 0) {
            // what the stack has done until its end
        }
    }

    private int pass() {
        final int events = ring.drain(listener);
        if (events > 0 && lines != null && !stopped && lines.checkError()) {
            stopped = true;
            listener = picture == null ? FlowListener.NONE : records;
            log.accept("trace stopped: cannot write " + files.trace());
        }
        if (!full && records.leftOut() > 0) {
            full = true;
            log.accept("the plot is full: most of what happens from now on is not in " + files.plot());
        }
        return events;
    }

    // ------------------------------------------------------------------ the end

    /** Writes what is left; the stack must have stopped. Waits for it. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        LockSupport.unpark(thread);
        awaitThread();
        if (lines != null) {
            lines.close();
        }
        if (picture != null) {
            draw();
        }
        tellLosses();
    }

    private void awaitThread() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException asked) {
                interrupted = true; // it has little left to do
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void draw() {
        picture.print(FlowPlot.svg(files.title(), records.busiest(FlowPlot.MOST)));
        picture.close();
        if (picture.checkError()) {
            log.accept("cannot write " + files.plot());
        }
    }

    private void tellLosses() {
        if (records.leftOut() > 0) {
            log.accept(records.leftOut() + " ranges and samples are not in " + files.plot());
        }
        if (ring.lost() > 0) {
            log.accept(ring.lost() + " ranges and samples came faster than they could be recorded, and are missing");
        }
    }
}
