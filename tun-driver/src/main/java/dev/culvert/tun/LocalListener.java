package dev.culvert.tun;

import dev.culvert.env.Errno;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import java.io.IOException;
import java.net.BindException;
import org.agrona.collections.LongArrayList;

/** One or two of the shard's listeners (two when it listens on all IPv4 and all IPv6 addresses) and their acceptor. */
final class LocalListener implements Listener {
    private static final int PORT_ATTEMPTS = 64;

    private final StackLoop loop;
    private final Acceptor acceptor;
    private final LongArrayList ids = new LongArrayList();
    private volatile TransportAddress address;
    private LocalConnection spare;
    private boolean paused;

    LocalListener(final StackLoop loop, final Acceptor acceptor) {
        this.loop = loop;
        this.acceptor = acceptor;
    }

    // ------------------------------------------------------------------ on the stack's thread

    /** Listens on one address. */
    void open(final TransportAddress local, final int backlog, final TcpConfig config) throws IOException {
        final long id = loop.shard.listen(local.address(), local.port(), backlog, config, this, loop.nowNs());
        if (id < 0) {
            throw refusal(local, (int) -id, loop.shard.portHolder());
        }
        if (ids.isEmpty()) {
            loop.listeners.add(this);
        }
        ids.addLong(id);
        address = new TransportAddress(local.address(), loop.shard.listenerPort(id));
    }

    /** Listens on all addresses; a port that is asked for as 0 must be free for both families. */
    void openAll(final int port, final int backlog, final TcpConfig config) throws IOException {
        final boolean v4 = loop.addresses.stream().anyMatch(IpAddress::isV4);
        final boolean v6 = !loop.addresses.stream().allMatch(IpAddress::isV4);
        if (!v4 || !v6) {
            open(new TransportAddress(v4 ? IpAddress.ANY_V4 : IpAddress.ANY_V6, port), backlog, config);
            return;
        }
        for (int attempt = 0; ; attempt++) {
            open(new TransportAddress(IpAddress.ANY_V4, port), backlog, config);
            final TransportAddress both = new TransportAddress(IpAddress.ANY_V6, port());
            try {
                open(both, backlog, config);
                return;
            } catch (final BindException taken) {
                closeNow();
                if (port != 0 || attempt == PORT_ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private static IOException refusal(final TransportAddress local, final int errno, final String holder) {
        return new BindException(
                switch (errno) {
                    case Errno.EADDRINUSE -> local + ": the port is taken by " + holder;
                    case Errno.EADDRNOTAVAIL -> local + ": not an address of this stack";
                    default -> local + ": " + Errno.message(errno);
                });
    }

    /** Accepts what waits. */
    void acceptAll() {
        for (int i = 0; i < ids.size() && !paused; i++) {
            acceptFrom(ids.getLong(i));
        }
    }

    private void acceptFrom(final long listener) {
        while (!paused) {
            final LocalConnection connection =
                    spare == null ? new LocalConnection(loop, null, address, address, true) : spare;
            final long id = loop.shard.accept(listener, connection);
            if (id < 0) {
                spare = connection;
                return;
            }
            spare = null;
            connection.opened(id);
            loop.connections.add(connection);
            handOver(connection);
        }
    }

    private void handOver(final LocalConnection connection) {
        ConnectionHandler handler = null;
        try {
            handler = acceptor.accept(connection);
        } catch (final RuntimeException | Error failure) {
            loop.handlerFailed(connection, failure);
        }
        if (handler == null) {
            connection.handler(Refused.HANDLER);
            connection.abort();
        } else {
            connection.handler(handler);
        }
    }

    private void closeNow() {
        for (int i = 0; i < ids.size(); i++) {
            loop.shard.closeListener(ids.getLong(i), loop.nowNs());
        }
        ids.clear();
        loop.listeners.remove(this);
    }

    // ------------------------------------------------------------------ from any thread

    @Override
    public TransportAddress localAddress() {
        return address;
    }

    @Override
    public void pauseAccepting() {
        loop.executeNow(() -> paused = true);
    }

    @Override
    public void resumeAccepting() {
        loop.executeNow(() -> {
            paused = false;
            acceptAll();
        });
    }

    @Override
    public void close() {
        loop.executeNow(this::closeNow);
    }

    /** The handler of connections that nobody wanted. */
    private static final class Refused implements ConnectionHandler {
        static final ConnectionHandler HANDLER = new Refused();

        @Override
        public void onReadable(final Connection connection) {}
    }
}
