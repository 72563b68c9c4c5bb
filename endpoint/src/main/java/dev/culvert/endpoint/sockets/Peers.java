package dev.culvert.endpoint.sockets;

import dev.culvert.tun.SocketInfo;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** How many sockets each peer's address has, those with most first, and how long their TIME-WAIT lasts. */
public final class Peers implements Listing {
    /** What does not fit into so many lines is counted together. */
    static final int MOST = 100_000;

    private static final String OTHERS = "others";

    private static final class Peer {
        private final String address;
        private final TimeLeft timeWait = new TimeLeft();
        private long count;

        private Peer(final String address) {
            this.address = address;
        }
    }

    private final Output output;
    private final boolean json;
    private final long limit;
    private final Map<Object, Peer> peers = new HashMap<>();

    /** Nobody counted yet; {@code limit} lines at most. */
    public Peers(final Output output, final boolean json, final long limit) {
        this.output = output;
        this.json = json;
        this.limit = limit;
    }

    @Override
    public boolean add(final SocketInfo socket) {
        final Object key = socket.remote().address();
        final boolean known = peers.size() < MOST || peers.containsKey(key);
        final Peer peer = known
                ? peers.computeIfAbsent(key, address -> new Peer(address.toString()))
                : peers.computeIfAbsent(OTHERS, all -> new Peer(OTHERS));
        peer.count++;
        peer.timeWait.add(socket);
        return true;
    }

    @Override
    public void end() {
        if (!json) {
            line("Peer Address", "Sockets", "TIME-WAIT", "First ends", "Last ends");
        }
        peers.values().stream()
                .sorted(Comparator.comparingLong((Peer peer) -> peer.count)
                        .reversed()
                        .thenComparing(peer -> peer.address))
                .limit(limit)
                .forEach(this::print);
        output.flush();
    }

    private void print(final Peer peer) {
        if (json) {
            output.line("{\"peerAddress\":\"" + peer.address + "\",\"sockets\":" + peer.count + ",\"timeWait\":"
                    + peer.timeWait.count() + peer.timeWait.json() + "}");
        } else {
            line(peer.address, peer.count, peer.timeWait.count(), peer.timeWait.earliest(), peer.timeWait.latest());
        }
    }

    private void line(final Object... columns) {
        output.line(String.format(Locale.ROOT, "%-39s %-10s %-10s %-10s %s", columns));
    }
}
