package dev.culvert.tcp.timeout;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.halfopen.HalfOpenRow;
import dev.culvert.tcp.out.HandshakeOutput;

/** Rows whose time has come: a SYN-ACK is sent again or given up, and TIME-WAIT TIMEOUT of RFC 9293 §3.10.8. */
public final class RowTimeouts {
    /** TIME-WAIT rows that end in one call; the others are absent to lookups already and can wait. */
    private static final int MAX_EXPIRIES = 1_000;

    private static final long MS = 1_000_000L;
    private static final int MOST_DOUBLINGS = 24;

    private final TcpContext context;
    private final HandshakeOutput handshake;

    /** Acts through these. */
    public RowTimeouts(final TcpContext context, final HandshakeOutput handshake) {
        this.context = context;
        this.handshake = handshake;
    }

    /** Handles what is due. */
    public void expire(final long nowNs) {
        for (int row = context.halfOpen.rows.due(nowNs); row >= 0; row = context.halfOpen.rows.due(nowNs)) {
            repeatSynAck(row, nowNs);
        }
        int row = context.timeWait.due(nowNs);
        for (int i = 0; row >= 0 && i < MAX_EXPIRIES; i++) {
            context.count(StackCounter.TcpExtTW);
            context.moved(context.timeWait.flow(row), TcpState.TIME_WAIT, TcpState.CLOSED, nowNs);
            context.timeWait.remove(row);
            row = context.timeWait.due(nowNs);
        }
    }

    private void repeatSynAck(final int row, final long nowNs) {
        final HalfOpenRow half = context.halfOpen.at(row);
        final Listener listener = context.listeners.get(half.listener());
        final TcpConfig config = listener == null || listener.config == null ? context.config : listener.config;
        final int timeouts = half.retries();
        final boolean acked = half.has(HalfOpenRow.ACKED);
        final boolean patient = acked && timeouts < config.deferAcceptTimeouts();
        if (listener == null || timeouts >= config.synAckRetries() && !patient) {
            context.count(StackCounter.TcpAttemptFails);
            context.moved(context.halfOpen.rows.flow(row), TcpState.SYN_RECEIVED, TcpState.CLOSED, nowNs);
            context.removeHalfOpen(row, nowNs);
            return;
        }
        half.countRetry();
        if (!acked
                || timeouts >= config.deferAcceptTimeouts() - 1) { // a peer that has answered need not be asked again
            context.count(StackCounter.TcpRetransSegs);
            context.count(StackCounter.TcpExtTCPSynRetrans);
            handshake.synAck(row, listener, null, nowNs);
        }
        final long rtoMs =
                Math.min((long) config.initialRtoMs() << Math.min(half.retries(), MOST_DOUBLINGS), config.maxRtoMs());
        context.halfOpen.rows.deadlineNs(row, nowNs + rtoMs * MS);
    }
}
