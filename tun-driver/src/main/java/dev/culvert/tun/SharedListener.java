package dev.culvert.tun;

import java.io.IOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;

/** A listener on every loop of a stack, on the same port: each accepts the connections that are its own. Any thread. */
final class SharedListener implements Listener {
    private static final int PORT_ATTEMPTS = 64;

    private final List<LocalListener> parts;

    private SharedListener(final List<LocalListener> parts) {
        this.parts = parts;
    }

    /** One of the ways to listen, on the loop's thread. */
    @FunctionalInterface
    interface Opening {
        void open(LocalListener listener, int port) throws IOException;
    }

    /**
     * Listens on all loops, or on none.
     *
     * @param port 0: one that is free on all of them
     */
    static Listener open(final StackLoops loops, final Acceptor acceptor, final int port, final Opening opening)
            throws IOException {
        loops.lockControlPlane();
        try {
            for (int attempt = 0; ; attempt++) {
                final List<LocalListener> parts = new ArrayList<>();
                try {
                    openParts(loops, parts, acceptor, port, opening);
                    return parts.size() == 1 ? parts.get(0) : new SharedListener(parts);
                } catch (final IOException refused) {
                    parts.forEach(LocalListener::close);
                    final boolean again = port == 0 && !parts.isEmpty() && refused instanceof BindException;
                    if (!again || attempt == PORT_ATTEMPTS) {
                        throw refused;
                    }
                }
            }
        } finally {
            loops.unlockControlPlane();
        }
    }

    private static void openParts(
            final StackLoops loops,
            final List<LocalListener> parts,
            final Acceptor acceptor,
            final int port,
            final Opening opening)
            throws IOException {
        for (final StackLoop loop : loops.all()) {
            final int wanted = parts.isEmpty() ? port : parts.get(0).port();
            parts.add(new StackCall<>(loop, () -> {
                        final LocalListener part = new LocalListener(loop, acceptor);
                        opening.open(part, wanted);
                        return part;
                    })
                    .await());
        }
    }

    @Override
    public TransportAddress localAddress() {
        return parts.get(0).localAddress();
    }

    @Override
    public void pauseAccepting() {
        parts.forEach(LocalListener::pauseAccepting);
    }

    @Override
    public void resumeAccepting() {
        parts.forEach(LocalListener::resumeAccepting);
    }

    @Override
    public void close() {
        parts.forEach(LocalListener::close);
    }
}
