package dev.culvert.endpoint.ping;

import dev.culvert.tun.CulvertStack;
import dev.culvert.wire.IpAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One run of echo requests to one address, told as ping(8) tells it. Replies come in on the stack's thread. */
public final class Pinger {
    private static final int ICMP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    /** Requests whose time of sending is remembered: sequence numbers are 16 bits wide. */
    private static final int REMEMBERED = 1 << 16;

    private final CulvertStack stack;
    private final IpAddress remote;
    private final int size;
    private final PrintWriter out;
    private final LongSupplier nanoClock;
    private final int identifier = (int) (ProcessHandle.current().pid() & 0xffff);
    private final long[] sentNs = new long[REMEMBERED];
    private final boolean[] answered = new boolean[REMEMBERED];
    private final RoundTrips trips = new RoundTrips();
    private int sent;

    /** Of requests with {@code size} bytes of payload. */
    public Pinger(
            final CulvertStack stack,
            final IpAddress remote,
            final int size,
            final PrintWriter out,
            final LongSupplier nanoClock) {
        this.stack = stack;
        this.remote = remote;
        this.size = size;
        this.out = out;
        this.nanoClock = nanoClock;
    }

    /**
     * Sends so many requests and waits for the replies, or until the calling thread is interrupted.
     *
     * @return whether there was a reply
     */
    public boolean run(final int count, final Duration interval, final Duration patience) throws IOException {
        final long startNs = nanoClock.getAsLong();
        final int whole = size + ICMP_HEADER + (remote.isV4() ? IPV4_HEADER : IPV6_HEADER);
        say("PING " + remote + " " + size + "(" + whole + ") bytes of data.");
        stack.echoListener(this::onReply);
        try {
            for (int i = 1; i <= count; i++) {
                send(i);
                awaitReplies(i == count ? patience : interval, i == count);
            }
        } catch (final InterruptedException enough) {
            Thread.currentThread().interrupt();
        }
        stack.echoListener(null);
        return summarize(nanoClock.getAsLong() - startNs);
    }

    private void send(final int number) throws IOException {
        synchronized (this) {
            sent = number;
            sentNs[number & 0xffff] = nanoClock.getAsLong();
            answered[number & 0xffff] = false;
        }
        stack.ping(remote, identifier, number & 0xffff, size);
    }

    /** Waits for the time to be over, or, when {@code last}, for the last reply. */
    private synchronized void awaitReplies(final Duration time, final boolean last) throws InterruptedException {
        final long deadlineNs = nanoClock.getAsLong() + time.toNanos();
        for (long leftNs = time.toNanos(); leftNs > 0; leftNs = deadlineNs - nanoClock.getAsLong()) {
            if (last && trips.count() >= sent) {
                return;
            }
            wait(leftNs / 1_000_000, (int) (leftNs % 1_000_000));
        }
    }

    private synchronized void onReply(
            final IpAddress source, final int id, final int sequence, final int length, final int ttl) {
        if (id != identifier || !source.equals(remote) || sentNs[sequence & 0xffff] == 0) {
            return;
        }
        final long tripNs = nanoClock.getAsLong() - sentNs[sequence & 0xffff];
        final boolean again = answered[sequence & 0xffff];
        if (!again) {
            answered[sequence & 0xffff] = true;
            trips.add(tripNs);
        }
        say(String.format(
                Locale.ROOT,
                "%d bytes from %s: icmp_seq=%d ttl=%d time=%.3f ms%s",
                length + ICMP_HEADER,
                source,
                sequence,
                ttl,
                tripNs / 1e6,
                again ? " (DUP!)" : ""));
        notifyAll();
    }

    private synchronized boolean summarize(final long tookNs) {
        say("");
        say("--- " + remote + " ping statistics ---");
        say(sent + " packets transmitted, " + trips.count() + " received, "
                + Math.round(100.0 * (sent - trips.count()) / Math.max(sent, 1)) + "% packet loss, time "
                + tookNs / 1_000_000 + "ms");
        if (trips.count() > 0) {
            say(trips.toString());
        }
        return trips.count() > 0;
    }

    private void say(final String line) {
        out.println(line);
        out.flush();
    }
}
