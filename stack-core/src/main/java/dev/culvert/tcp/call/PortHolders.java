package dev.culvert.tcp.call;

import dev.culvert.tcp.FlowOwner;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.TimeWaitReuse;
import dev.culvert.tcp.timewait.TimeWaitTable;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/**
 * Who keeps a newcomer from having a local port, and by which rule, as Linux's {@code inet_csk_bind_conflict()} has them: two
 * may share a port on overlapping addresses when both have SO_REUSEPORT, or when both have SO_REUSEADDR and the other one does
 * not listen. What is found is remembered in words, for the error: who it is, how long its TIME-WAIT still lasts, what does not
 * agree. Shard's thread only.
 */
final class PortHolders {
    private static final int SECOND_MS = 1_000;

    private final TcpContext context;
    private TcpConfig asking;
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

    /** Whether a listener keeps a newcomer from this address and port. Whoever asks for a port asks this first. */
    boolean listens(final IpAddress local, final int port, final TcpConfig newcomer) {
        asking = newcomer;
        for (final Listener other : context.listeners.onPort(port)) {
            if (overlap(local, other.localHi, other.localLo)
                    && !(newcomer.reusePort() && context.configOf(other).reusePort())) {
                holder = "a listener on " + IpAddress.withPort(other.localHi, other.localLo, port)
                        + (newcomer.reusePort() ? "; it has no SO_REUSEPORT" : "; SO_REUSEPORT is off");
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
        holder = words(found, found.state) + noReuse(newcomer);
        return true;
    }

    private boolean waits(final IpAddress local, final int port, final TcpConfig newcomer) {
        final TimeWaitTable table = context.timeWait;
        final int row = table.first(each -> {
            final Flow flow = table.flow(each);
            return flow.localPort() == port
                    && !table.isOver(each, context.nowNs)
                    && overlap(local, flow.localHi(), flow.localLo())
                    && !share(
                            newcomer,
                            table.has(each, TimeWaitTable.REUSE_ADDRESS),
                            table.has(each, TimeWaitTable.REUSE_PORT));
        });
        if (row < 0) {
            return false;
        }
        holder = words(table.flow(row), TcpState.TIME_WAIT) + left(row) + noReuse(newcomer);
        return true;
    }

    private static boolean share(final TcpConfig newcomer, final boolean reuseAddress, final boolean reusePort) {
        return newcomer.reuseAddress() && reuseAddress || newcomer.reusePort() && reusePort;
    }

    private static boolean overlap(final IpAddress local, final long hi, final long lo) {
        final IpAddress other = new IpAddress(hi, lo);
        return local.isV4() == other.isV4() && (local.isAny() || other.isAny() || local.equals(other));
    }

    /** The connection in this state has the very 4-tuple that was asked for. */
    void name(final Flow connection, final TcpState state) {
        final int row = state == TcpState.TIME_WAIT
                ? context.timeWait.find(context.connections.hash(connection), connection)
                : TimeWaitTable.NONE;
        holder = words(connection, state) + (row < 0 ? "; one at a time" : left(row) + noTimeWaitReuse(row));
    }

    /** The very 4-tuple that was asked for belongs to another shard, which only can open it. */
    void elsewhere(final Flow connection, final FlowOwner owner) {
        holder = "shard " + owner.of(connection) + " of " + owner.shardCount() + ", which has the connection "
                + tuple(connection);
    }

    private static String tuple(final Flow connection) {
        return IpAddress.withPort(connection.localHi(), connection.localLo(), connection.localPort()) + " to "
                + IpAddress.withPort(connection.remoteHi(), connection.remoteLo(), connection.remotePort());
    }

    private static String words(final Flow connection, final TcpState state) {
        return "the connection " + tuple(connection) + " in " + state.name().replace('_', '-');
    }

    private String left(final int row) {
        final int ms = Math.max(0, context.timeWait.remainingMs(row, context.nowNs));
        return ", " + (ms + SECOND_MS - 1) / SECOND_MS + " s left";
    }

    private static String noReuse(final TcpConfig newcomer) {
        return newcomer.reuseAddress() ? "; it has no SO_REUSEADDR" : "; SO_REUSEADDR is off";
    }

    /** Why the newcomer may not have the 4-tuple of a row, as {@code LocalPorts} decides. */
    private String noTimeWaitReuse(final int row) {
        if (asking.timeWaitReuse() == TimeWaitReuse.OFF) {
            return "; reuse of TIME-WAIT is off";
        }
        return asking.timestamps() && context.timeWait.has(row, TimeWaitTable.TS_RECENT_VALID)
                ? "; reuse of TIME-WAIT has to wait for the next tick of the timestamps"
                : "; reuse of TIME-WAIT needs timestamps";
    }
}
