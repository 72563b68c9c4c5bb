package dev.culvert.tun.remote;

import dev.culvert.tun.Acceptor;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.Listener;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands accepted connections from the stack's thread to a loop; accepts no more than the loop keeps up with. */
final class RemoteAcceptor implements Acceptor {
    private static final int MAX_WAITING = 256;

    private final RemoteLoop loop;
    private final Acceptor acceptor;
    private final AtomicInteger waiting = new AtomicInteger();
    private Listener listener;
    private volatile boolean paused;

    RemoteAcceptor(final RemoteLoop loop, final Acceptor acceptor) {
        this.loop = loop;
        this.acceptor = acceptor;
    }

    /** On the stack's thread, before the first connection can be accepted. */
    void listener(final Listener opened) {
        listener = opened;
    }

    /** On the stack's thread. */
    @Override
    public ConnectionHandler accept(final Connection connection) {
        final RemoteConnection remote =
                new RemoteConnection(loop, null, connection.localAddress(), connection.remoteAddress());
        final PipeHandler stackSide = remote.stackSide().attachTo(connection);
        if (waiting.incrementAndGet() >= MAX_WAITING) {
            paused = true;
            listener.pauseAccepting();
        }
        if (!loop.execute(() -> adopt(remote))) {
            waiting.decrementAndGet();
            stackSide.pipe().abort();
        }
        return stackSide;
    }

    /** On the loop's thread. */
    private void adopt(final RemoteConnection remote) {
        if (waiting.decrementAndGet() <= MAX_WAITING / 2 && paused) {
            paused = false;
            listener.resumeAccepting();
        }
        loop.adopt(remote);
        remote.accepted(acceptor);
    }
}
