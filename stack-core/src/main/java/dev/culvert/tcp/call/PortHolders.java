package dev.culvert.tcp.call;

import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.timewait.TimeWaitTable;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/**
 * Who keeps a newcomer from having a local port, by the rules of Linux's {@code inet_csk_bind_conflict()}: two may share a port
 * on overlapping addresses when both have SO_REUSEPORT, or when both have SO_REUSEADDR and the other one does not listen. What
 * is found is remembered in words, for the error. Shard's thread only.
 */
final class PortHolders {
    private final TcpContext context;
    private String holder = "";

    PortHolders(final TcpContext context) {
        this.context = context;
    }

    /** Who was found last, in words; empty: nobody. */
    String holder() {
        return holder;
    }

    void forget() {
        holder = "";
    }

    /** Whether somebody keeps a new listener from this address and port. */
    boolean refuse(final IpAddress local, final int port, final TcpConfig newcomer) {
        return listens(local, port, newcomer) || isConnected(local, port, newcomer) || waits(local, port, newcomer);
    }

    /** Whether a listener keeps a newcomer from this address and port. */
    boolean listens(final IpAddress local, final int port, final TcpConfig newcomer) {
        for (final Listener other : context.listeners.onPort(port)) {
            if (overlap(local, other.localHi, other.localLo)
                    && !(newcomer.reusePort() && context.configOf(other).reusePort())) {
                holder = "a listener on " + ends(other.localHi, other.localLo, port);
                return true;
            }
        }
        return false;
    }

    private boolean isConnected(final IpAddress local, final int port, final TcpConfig newcomer) {
        final Tcb found = context.first(tcb -> tcb.localPort() == port
                && tcb.state != TcpState.CLOSED
                && tcb.state != TcpState.TIME_WAIT // its row counts
                && overlap(local, tcb.localHi(), tcb.localLo())
                && !share(newcomer, tcb.config.reuseAddress(), tcb.config.reusePort()));
        if (found == null) {
            return false;
        }
        name(found, found.state);
        return true;
    }

    private boolean waits(final IpAddress local, final int port, final TcpConfig newcomer) {
        final TimeWaitTable table = context.timeWait;
        final int row = table.first(each -> {
            final Flow flow = table.flow(each);
            return flow.localPort() == port
                    && overlap(local, flow.localHi(), flow.localLo())
                    && !share(
                            newcomer,
                            table.has(each, TimeWaitTable.REUSE_ADDRESS),
                            table.has(each, TimeWaitTable.REUSE_PORT));
        });
        if (row < 0) {
            return false;
        }
        name(table.flow(row), TcpState.TIME_WAIT);
        return true;
    }

    private static boolean share(final TcpConfig newcomer, final boolean reuseAddress, final boolean reusePort) {
        return newcomer.reuseAddress() && reuseAddress || newcomer.reusePort() && reusePort;
    }

    private static boolean overlap(final IpAddress local, final long hi, final long lo) {
        final IpAddress other = new IpAddress(hi, lo);
        return local.isV4() == other.isV4() && (local.isAny() || other.isAny() || local.equals(other));
    }

    /** A connection in this state is the one. */
    void name(final Flow connection, final TcpState state) {
        holder = "the connection " + ends(connection.localHi(), connection.localLo(), connection.localPort()) + " to "
                + ends(connection.remoteHi(), connection.remoteLo(), connection.remotePort()) + " in "
                + state.name().replace('_', '-');
    }

    private static String ends(final long hi, final long lo, final int port) {
        final String address = IpAddress.toString(hi, lo);
        return (address.indexOf(':') < 0 ? address : '[' + address + ']') + ':' + port;
    }
}
