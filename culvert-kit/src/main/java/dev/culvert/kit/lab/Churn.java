package dev.culvert.kit.lab;

import dev.culvert.env.Errno;
import dev.culvert.kit.script.VirtualStack;
import dev.culvert.wire.IpAddress;

/** Many short connections between two stacks, without delay and without a diagram. Single-threaded. */
final class Churn implements AutoCloseable {
    private static final long START_NS = 1_000_000_000;
    private static final IpAddress CLIENT = IpAddress.parse("10.83.0.1");
    private static final IpAddress SERVER = IpAddress.parse("10.83.0.2");

    private final VirtualStack client;
    private final VirtualStack server;
    private final long listener;
    private long nowNs = START_NS;

    Churn(final Policy ofClient, final Policy ofServer) {
        client = new VirtualStack(ofClient.shard(CLIENT), 1, nowNs);
        server = new VirtualStack(ofServer.shard(SERVER), 2, nowNs);
        listener = server.shard().listen(SERVER, Words.SERVER, 64, null, null);
    }

    VirtualStack client() {
        return client;
    }

    VirtualStack server() {
        return server;
    }

    /** Lets time pass at both ends. */
    void advance(final long ns) {
        nowNs += ns;
        client.advanceTo(nowNs);
        server.advanceTo(nowNs);
        exchange();
    }

    /**
     * One connection from beginning to end.
     *
     * @param localPort the client's; 0: one that its stack chooses
     * @param serverFirst who closes first
     * @return 0, or the negative errno with which connect failed
     */
    int connection(final int localPort, final boolean serverFirst) {
        final long opened =
                client.batch(() -> client.shard().connect(CLIENT, localPort, SERVER, Words.SERVER, null, null, nowNs));
        if (opened < 0) {
            return (int) opened;
        }
        exchange();
        final long accepted = server.shard().accept(listener, null);
        if (accepted < 0) {
            client.batch(() -> client.shard().abort(opened, nowNs));
            exchange();
            return -Errno.ETIMEDOUT; // the SYN was answered by an ACK of the connection in TIME-WAIT
        }
        final VirtualStack first = serverFirst ? server : client;
        final VirtualStack second = serverFirst ? client : server;
        first.batch(() -> first.shard().close(serverFirst ? accepted : opened, nowNs));
        exchange();
        second.batch(() -> second.shard().close(serverFirst ? opened : accepted, nowNs));
        exchange();
        return 0;
    }

    private void exchange() {
        while (!client.sent().isEmpty() || !server.sent().isEmpty()) {
            move(client, server);
            move(server, client);
        }
    }

    private static void move(final VirtualStack from, final VirtualStack to) {
        for (VirtualStack.Sent next = from.sent().poll();
                next != null;
                next = from.sent().poll()) {
            to.inject(next.bytes());
        }
    }

    @Override
    public void close() {
        client.shard().close();
        server.shard().close();
    }
}
