package dev.culvert.tcp.call;

import dev.culvert.tcp.EphemeralPorts;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.WantedFlow;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import java.util.BitSet;

/**
 * Why there is no port left towards a destination, in words: what holds them, and when the next one frees. It looks at every
 * port of the range that is the shard's, and so not again within a tenth of a second. Shard's thread only.
 */
final class PortShortage {
    private static final long STALE_NS = 100_000_000L;
    private static final int SECOND_MS = 1_000;

    private final TcpContext context;
    private final WantedFlow asked = new WantedFlow();
    private String words = "";
    private long countedNs = Long.MIN_VALUE / 2;

    private int excluded;
    private int listeners;
    private int connections;
    private int waiting;
    private int nextMs;

    PortShortage(final TcpContext context) {
        this.context = context;
    }

    /** Why no port is left like {@code flow}, whose own local port does not count. */
    String words(final Flow flow) {
        final boolean same = asked.remoteLo() == flow.remoteLo()
                && asked.remoteHi() == flow.remoteHi()
                && asked.remotePort() == flow.remotePort()
                && asked.localLo() == flow.localLo()
                && asked.localHi() == flow.localHi();
        if (!same || context.nowNs - countedNs >= STALE_NS) {
            asked.set(flow.localHi(), flow.localLo(), flow.remoteHi(), flow.remoteLo(), flow.remotePort());
            countedNs = context.nowNs;
            count();
            words = tell();
        }
        return words;
    }

    private void count() {
        excluded = 0;
        listeners = 0;
        connections = 0;
        waiting = 0;
        nextMs = Integer.MAX_VALUE;
        final EphemeralPorts ports = context.ports;
        final BitSet never = ports.excluded();
        final int first = ports.firstOwn(asked);
        final int end = first == 0 ? first : ports.high() + 1;
        for (int port = first; port < end; port += context.owner.shardCount()) {
            if (never.get(port)) {
                excluded++;
            } else if (context.listeners.isPortUsed(port)) {
                listeners++;
            } else {
                asked.localPort(port);
                look();
            }
        }
    }

    private void look() {
        final int hash = context.connections.hash(asked);
        if (context.connections.find(hash, asked) != null || context.halfOpen.rows.find(hash, asked) >= 0) {
            connections++;
            return;
        }
        final int row = context.timeWait.find(hash, asked);
        if (row >= 0) {
            waiting++;
            nextMs = Math.min(nextMs, Math.max(0, context.timeWait.remainingMs(row, context.nowNs)));
        }
    }

    private String tell() {
        final StringBuilder text = new StringBuilder("no port from ");
        text.append(context.ports.low())
                .append(" to ")
                .append(context.ports.high())
                .append(" is left");
        if (context.owner.shardCount() > 1) {
            text.append(" to shard ")
                    .append(context.owner.shardId())
                    .append(" of ")
                    .append(context.owner.shardCount());
        }
        text.append(" towards ");
        text.append(IpAddress.withPort(asked.remoteHi(), asked.remoteLo(), asked.remotePort()))
                .append(':');
        part(text, waiting, " in TIME-WAIT");
        if (waiting > 0) {
            text.append(", the next of them free in ")
                    .append((nextMs + SECOND_MS - 1) / SECOND_MS)
                    .append(" s");
        }
        part(text, connections, " in use");
        part(text, listeners, " with listeners");
        part(text, excluded, " excluded");
        return text.toString();
    }

    private static void part(final StringBuilder text, final int number, final String what) {
        if (number > 0) {
            text.append(text.charAt(text.length() - 1) == ':' ? " " : "; ")
                    .append(number)
                    .append(what);
        }
    }
}
