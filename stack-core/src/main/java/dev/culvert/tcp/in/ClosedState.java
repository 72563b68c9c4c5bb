package dev.culvert.tcp.in;

import dev.culvert.counters.DropReason;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.out.Replies;

/** RFC 9293 §3.10.7.1, CLOSED STATE: everything but a RST is answered by a reset. */
final class ClosedState {
    private final TcpContext context;
    private final Replies replies;

    ClosedState(final TcpContext context, final Replies replies) {
        this.context = context;
        this.replies = replies;
    }

    void arrive(final Segment seg) {
        context.drop(DropReason.NO_SOCKET);
        replies.resetFor(seg);
    }
}
