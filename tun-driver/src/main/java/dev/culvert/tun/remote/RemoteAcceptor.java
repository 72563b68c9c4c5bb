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
    private volatile Listener listener;
    private volatile boolean paused;

    RemoteAcceptor(final RemoteLoop loop, final Acceptor acceptor) {
        this.loop = loop;
        this.acceptor = acceptor;
    }

    /** The listener is open; of a stack with several threads others than this one may have accepted by now. */
    void listener(final Listener opened) {
        listener = opened;
        if (paused) {
            pause(opened);
        }
    }

    private static void pause(final Listener opened) {
        if (opened != null) {
            opened.pauseAccepting();
        }
    }

    /** On the stack's thread. */
    @Override
    public ConnectionHandler accept(final Connection connection) {
        final RemoteConnection remote = new RemoteConnection(
                loop, loop.stack().lane(), null, connection.localAddress(), connection.remoteAddress());
        final PipeHandler stackSide = remote.stackSide().attachTo(connection);
        if (waiting.incrementAndGet() >= MAX_WAITING) {
            paused = true;
            pause(listener);
        }
        if (!loop.execute(() -> adopt(remote))) {
            waiting.decrementAndGet();
            stackSide.pipe().abort();
        }
        return stackSide;
    }

    private static void resume(final Listener opened) {
        if (opened != null) {
            opened.resumeAccepting();
        }
    }

    /** On the loop's thread. */
    private void adopt(final RemoteConnection remote) {
        if (waiting.decrementAndGet() <= MAX_WAITING / 2 && paused) {
            paused = false;
            resume(listener);
        }
        loop.adopt(remote);
        remote.accepted(acceptor);
    }
}
