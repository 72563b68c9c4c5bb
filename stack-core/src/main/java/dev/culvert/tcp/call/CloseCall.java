package dev.culvert.tcp.call;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.tcp.Endings;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.out.Replies;
import dev.culvert.timer.TimerKind;

/** RFC 9293 §3.10.4, CLOSE, and §3.10.5, ABORT. Shard's thread only. */
public final class CloseCall {
    private static final long MS = 1_000_000L;

    private final TcpContext context;
    private final Replies replies;
    private final Endings endings;

    /** Resets and ends connections through these. */
    public CloseCall(final TcpContext context, final Replies replies, final Endings endings) {
        this.context = context;
        this.replies = replies;
        this.endings = endings;
    }

    /** CLOSE: "until all preceding SENDs have been segmentized; then form a FIN segment". Receiving goes on. */
    public int shutdownWrite(final Tcb tcb, final long nowNs) {
        if (tcb.error != Errno.OK) {
            return -tcb.error;
        }
        if (tcb.snd.finQueued) {
            return 0;
        }
        switch (tcb.state) {
            case SYN_SENT, SYN_RECEIVED -> {} // the FIN follows once the connection is established
            case ESTABLISHED -> context.move(tcb, TcpState.FIN_WAIT_1, nowNs);
            case CLOSE_WAIT -> context.move(tcb, TcpState.LAST_ACK, nowNs);
            case LISTEN, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT, CLOSED -> {
                return -Errno.ENOTCONN;
            }
        }
        tcb.snd.finQueued = true;
        context.touch(tcb);
        return 0;
    }

    /** The application goes: CLOSE, or a reset when text stays unread (SHLD-3) or the linger time is 0. */
    public void close(final Tcb tcb, final long nowNs) {
        final boolean unread = tcb.rcv.buffer.size() > 0;
        if (unread && tcb.state.isSynchronized()) {
            context.count(StackCounter.TcpExtTCPAbortOnClose);
        }
        switch (tcb.state) {
            case SYN_SENT -> abort(tcb, nowNs);
            case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK -> {
                if (unread || tcb.config.lingerMs() == 0) {
                    abort(tcb, nowNs);
                } else {
                    shutdownWrite(tcb, nowNs);
                    leave(tcb, nowNs);
                }
            }
            case LISTEN, TIME_WAIT, CLOSED -> {
                tcb.orphan = true;
                context.free(tcb);
            }
        }
    }

    private void leave(final Tcb tcb, final long nowNs) {
        tcb.orphan = true;
        tcb.attachment = null;
        endings.limitFinWait2(tcb, nowNs);
        if (tcb.config.lingerMs() > 0 && tcb.state != TcpState.FIN_WAIT_2) {
            context.timers.set(tcb.timers, TimerKind.ORPHAN, nowNs + tcb.config.lingerMs() * MS);
        }
    }

    /** ABORT: everything queued is thrown away; where the peer would wait for more, it gets a reset. */
    public void abort(final Tcb tcb, final long nowNs) {
        tcb.orphan = true;
        tcb.attachment = null;
        switch (tcb.state) {
            case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT -> replies.reset(tcb, nowNs);
            case CLOSING, LAST_ACK -> {
                // The RFC enters these with the FIN sent; here, as on Linux, it may still wait behind text.
                if (tcb.snd.finPending()) {
                    replies.reset(tcb, nowNs);
                }
            }
            case LISTEN, SYN_SENT, TIME_WAIT, CLOSED -> {}
        }
        if (tcb.state == TcpState.CLOSED || tcb.state == TcpState.TIME_WAIT) {
            context.free(tcb);
        } else {
            endings.toClosed(tcb, Errno.ECONNABORTED, nowNs);
        }
    }
}
