package dev.culvert.tcp;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.tcp.timewait.TimeWaitTable;
import dev.culvert.timer.TimerKind;

/** The two ways in which a control block ends: at once, or by leaving a row in TIME-WAIT behind. Shard's thread only. */
public final class Endings {
    private static final long MS = 1_000_000L;

    private final TcpContext context;

    /** For the connections of this shard. */
    public Endings(final TcpContext context) {
        this.context = context;
    }

    /** The connection is over; {@code error} is 0 for a normal end. Unread text stays readable after a normal end. */
    public void toClosed(final Tcb tcb, final int error, final long nowNs) {
        final boolean wasOpening = tcb.state.isOpening();
        context.move(tcb, TcpState.CLOSED, nowNs);
        if (wasOpening) {
            context.shadows.failed(tcb, nowNs);
        }
        tcb.error = error;
        finish(tcb);
    }

    /**
     * RFC 9293 §3.6.1: the active closer waits for 2 MSL. The control block is released at once and a row answers from now
     * on; when there is no room for one, {@link TimeWaitOverflow} says what becomes of the connection.
     *
     * @return the row, or −1: the connection is over
     */
    public int toTimeWait(final Tcb tcb, final long nowNs) {
        final int row = newRow(tcb, nowNs);
        if (row < 0) {
            toClosed(tcb, Errno.OK, nowNs);
            return row;
        }
        final TimeWaitTable table = context.timeWait;
        table.header(row, tcb.config.tos(), tcb.config.ttl());
        table.note(
                row,
                (tcb.config.reuseAddress() ? TimeWaitTable.REUSE_ADDRESS : 0)
                        | (tcb.config.reusePort() ? TimeWaitTable.REUSE_PORT : 0)
                        | (tcb.rcv.timestamps ? TimeWaitTable.TIMESTAMPS : 0));
        if (tcb.rcv.timestamps && nowNs - tcb.rcv.tsRecentNs < Timestamps.TS_RECENT_VALID_NS) {
            table.tsRecent(row, tcb.rcv.tsRecent);
        }
        context.move(tcb, TcpState.TIME_WAIT, nowNs);
        finish(tcb);
        return row;
    }

    private int newRow(final Tcb tcb, final long nowNs) {
        final int row = context.timeWait.isFull() ? TimeWaitTable.NONE : insert(tcb, nowNs);
        if (row >= 0) {
            return row;
        }
        context.count(StackCounter.TcpExtTCPTimeWaitOverflow);
        final int oldest = context.timeWait.first();
        if (context.timeWaitOverflow != TimeWaitOverflow.DROP_OLDEST || oldest < 0) {
            return TimeWaitTable.NONE;
        }
        context.moved(context.timeWait.flow(oldest), TcpState.TIME_WAIT, TcpState.CLOSED, nowNs);
        context.timeWait.remove(oldest);
        return insert(tcb, nowNs);
    }

    private int insert(final Tcb tcb, final long nowNs) {
        final TcpConfig config = tcb.followsShard ? context.config : tcb.config;
        return context.timeWait.insert(
                tcb.hash,
                tcb,
                config.timeWaitMs(),
                tcb.rcv.nxt,
                tcb.snd.nxt,
                tcb.rcv.wnd >>> tcb.rcv.shift,
                tcb.rcv.shift,
                nowNs);
    }

    private void finish(final Tcb tcb) {
        context.retire(tcb);
        if (tcb.fastOpen != null) {
            tcb.fastOpen.end();
            tcb.fastOpen = null;
        }
        tcb.softError = Errno.OK; // how it ended counts now
        // One that nobody has accepted yet is accepted all the same, as on Linux, and tells then how it ended.
        if (tcb.orphan) {
            context.free(tcb);
        } else {
            context.tell(tcb, Readiness.CLOSED | Readiness.READABLE);
        }
    }

    /** FIN-WAIT-2 may last for ever while the application reads, but not after it has gone (tcp_fin_timeout). */
    public void limitFinWait2(final Tcb tcb, final long nowNs) {
        if (tcb.orphan && tcb.state == TcpState.FIN_WAIT_2) {
            context.timers.set(tcb.timers, TimerKind.ORPHAN, nowNs + tcb.config.finWait2Ms() * MS);
        }
    }
}
