package dev.culvert.shard;

import dev.culvert.buffer.FlowRows;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.timewait.TimeWaitTable;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lists everything that has an address and a port, some at a time, while the stack goes on between the times. A cursor is the
 * part in its upper half and the place in its lower half. What is there from the first to the last call is listed at least
 * once. A TIME-WAIT row may be listed twice: its number changes when another one goes, always downward, and so does the walk.
 * Shard's thread only.
 */
final class SocketList {
    static final long END = -1;

    private static final int LISTENERS = 0;
    private static final int CONNECTIONS = 1;
    private static final int HALF_OPEN = 2;
    private static final int TIME_WAIT_V4 = 3;
    private static final int TIME_WAIT_V6 = 4;
    private static final Set<TcpState> WITHOUT_CONTROL_BLOCK =
            EnumSet.of(TcpState.LISTEN, TcpState.CLOSED, TcpState.TIME_WAIT); // its row counts

    private final TcpContext context;
    private final SocketRow row = new SocketRow();

    SocketList(final TcpContext context) {
        this.context = context;
    }

    long walk(
            final long cursor,
            final int most,
            final Set<TcpState> states,
            final Consumer<SocketRow> visitor,
            final long nowNs) {
        final int part = (int) (cursor >>> Integer.SIZE);
        final int place = (int) cursor;
        if (place < 0 || most < 1) {
            return END;
        }
        return switch (part) {
            case LISTENERS -> {
                listeners(states, visitor);
                yield begin(CONNECTIONS);
            }
            case CONNECTIONS -> next(part, connections(place, most, states, visitor, nowNs));
            case HALF_OPEN -> next(part, halfOpen(place, most, states, visitor, nowNs));
            case TIME_WAIT_V4 -> next(part, timeWait(true, place, most, states, visitor, nowNs));
            case TIME_WAIT_V6 -> next(part, timeWait(false, place, most, states, visitor, nowNs));
            default -> END;
        };
    }

    /** The cursor of a part's first place; TIME-WAIT is walked from its end. */
    private static long begin(final int part) {
        return (long) part << Integer.SIZE | (part < TIME_WAIT_V4 ? 0 : Integer.MAX_VALUE);
    }

    /** The cursor of a place of this part, or of the next part when there is no further place. */
    private static long next(final int part, final int place) {
        if (place >= 0) {
            return (long) part << Integer.SIZE | place;
        }
        return part == TIME_WAIT_V6 ? END : begin(part + 1);
    }

    private void listeners(final Set<TcpState> states, final Consumer<SocketRow> visitor) {
        if (states.contains(TcpState.LISTEN)) {
            context.listeners.forEach(listener -> visitor.accept(row.listener(listener)));
        }
    }

    private int connections(
            final int from,
            final int most,
            final Set<TcpState> states,
            final Consumer<SocketRow> visitor,
            final long nowNs) {
        return context.walk(from, most, tcb -> {
            if (states.contains(tcb.state) && !WITHOUT_CONTROL_BLOCK.contains(tcb.state)) {
                visitor.accept(row.connection(tcb, nowNs));
            }
        });
    }

    private int halfOpen(
            final int from,
            final int most,
            final Set<TcpState> states,
            final Consumer<SocketRow> visitor,
            final long nowNs) {
        if (!states.contains(TcpState.SYN_RECEIVED)) {
            return (int) END;
        }
        final FlowRows rows = context.halfOpen.rows;
        return rows.walk(
                from,
                most,
                each -> visitor.accept(row.halfOpen(
                        rows.flow(each), context.halfOpen.at(each).retries(), rows.deadlineNs(each) - nowNs)));
    }

    private int timeWait(
            final boolean v4,
            final int below,
            final int most,
            final Set<TcpState> states,
            final Consumer<SocketRow> visitor,
            final long nowNs) {
        if (!states.contains(TcpState.TIME_WAIT)) {
            return (int) END;
        }
        final TimeWaitTable table = context.timeWait;
        return table.walk(v4, below, most, each -> {
            final int leftMs = table.remainingMs(each, nowNs);
            if (leftMs > 0 && !table.has(each, TimeWaitTable.SHADOW)) { // of a shadow the new opening is listed
                visitor.accept(row.timeWait(table.flow(each), leftMs));
            }
        });
    }
}
