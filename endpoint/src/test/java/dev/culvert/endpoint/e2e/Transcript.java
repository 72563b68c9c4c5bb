package dev.culvert.endpoint.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a program has written to one of its streams so far; read by a thread of its own, waited for by the test. */
final class Transcript {
    private final Thread reader;
    private final StringBuilder text = new StringBuilder(); // guarded by this
    private boolean ended; // guarded by this

    private Transcript(final InputStream stream, final String name) {
        reader = new Thread(() -> collect(stream), name);
        reader.setDaemon(true);
    }

    /** Begins to read a stream. */
    static Transcript of(final InputStream stream, final String name) {
        final Transcript transcript = new Transcript(stream, name);
        transcript.reader.start();
        return transcript;
    }

    private void collect(final InputStream stream) {
        final byte[] chunk = new byte[8192];
        try (stream) {
            for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
                append(new String(chunk, 0, count, UTF_8));
            }
        } catch (final IOException closed) {
            append("[" + closed.getMessage() + "]");
        } finally {
            end();
        }
    }

    private synchronized void append(final String more) {
        text.append(more);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The first match of a pattern; null when the stream ends or the time is over before there is one. */
    synchronized Matcher await(final Pattern pattern, final Duration limit) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + limit.toNanos();
        Matcher matcher = pattern.matcher(text.toString());
        boolean found = matcher.find();
        while (!found && !ended && millisUntil(deadlineNs) > 0) {
            wait(Math.max(1, millisUntil(deadlineNs))); // 0 would mean: for ever
            matcher = pattern.matcher(text.toString());
            found = matcher.find();
        }
        return found ? matcher : null;
    }

    /** Waits for the end of the stream; false when somebody still holds it after that time. */
    synchronized boolean awaitEnd(final Duration limit) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + limit.toNanos();
        while (!ended && millisUntil(deadlineNs) > 0) {
            wait(Math.max(1, millisUntil(deadlineNs))); // 0 would mean: for ever
        }
        return ended;
    }

    private static long millisUntil(final long deadlineNs) {
        return TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
    }

    @Override
    public synchronized String toString() {
        return text.toString();
    }
}
