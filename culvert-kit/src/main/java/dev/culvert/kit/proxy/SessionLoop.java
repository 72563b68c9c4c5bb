package dev.culvert.kit.proxy;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One session between its connection and its {@link ProxySession}: a thread reads requests, the caller's thread plays them
 * and keeps the time.
 */
final class SessionLoop {
    /**
     * Silence of the plug-in, in real time, after which it is taken to wait for the call that has blocked. It does not sleep
     * under the virtual clock, so that only a stopped or starved process could be mistaken for a waiting one.
     */
    private static final long STALLED_US = 2_000_000;

    private static final long FOREVER_US = TimeUnit.DAYS.toMicros(1);

    /** What the reading thread hands over: a request, or how the stream has ended. */
    private record Event(Request request, Exception end) {}

    private final SocketChannel channel;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final SysctlFile settings;
    private final ProxySession session;

    SessionLoop(final SocketChannel channel, final ProxySession.Stacks stacks, final SysctlFile settings) {
        this.channel = channel;
        this.settings = settings;
        session = new ProxySession(stacks, this::write, this::refresh);
    }

    private void refresh() {
        settings.refresh(session.sockets());
    }

    String summary() {
        return session.summary();
    }

    /** Plays until BYE, or until the other side goes away. */
    void run() throws IOException, ProtocolException, InterruptedException {
        final Thread reader = new Thread(this::read, "packetdrill-requests");
        reader.setDaemon(true);
        reader.start();
        try {
            while (!session.hasEnded()) {
                final Event event = events.poll(waitUs(), TimeUnit.MICROSECONDS);
                if (event == null) {
                    passTime();
                } else if (event.request != null) {
                    session.handle(event.request);
                } else if (event.end == null) {
                    return;
                } else {
                    rethrow(event.end);
                }
            }
        } finally {
            if (session.sockets() != null) {
                session.sockets().reset();
            }
        }
    }

    private static void rethrow(final Exception end) throws IOException, ProtocolException {
        if (end instanceof ProtocolException malformed) {
            throw malformed;
        }
        throw (IOException) end;
    }

    private long waitUs() {
        if (session.sockets() == null) {
            return FOREVER_US;
        }
        if (session.isVirtual()) {
            return session.hasOpenCalls() ? STALLED_US : FOREVER_US;
        }
        final long next = session.nextTickUs();
        return next == Long.MAX_VALUE ? FOREVER_US : Math.max(0, next - nowUs());
    }

    private void passTime() throws IOException {
        if (session.sockets() == null) {
            return;
        }
        if (!session.isVirtual()) {
            session.tick(nowUs());
        } else if (session.hasOpenCalls()) {
            session.waitForOne();
        }
    }

    /** CLOCK_REALTIME. */
    private static long nowUs() {
        final Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
    }

    private void read() {
        try {
            final DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
            for (Request request = Request.read(in); request != null; request = Request.read(in)) {
                events.add(new Event(request, null));
            }
            events.add(new Event(null, null));
        } catch (final IOException | ProtocolException end) {
            events.add(new Event(null, end));
        }
    }

    private void write(final Answer answer) throws IOException {
        final ByteBuffer bytes = answer.bytes();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
