package dev.culvert.endpoint.http;

import dev.culvert.endpoint.service.Drain;
import dev.culvert.tun.Connection;
import io.netty.buffer.ByteBuf;
import java.io.IOException;

/** Pumps one response after the other into a connection, no faster than the peer takes it and the budget allows. */
final class Transfer {
    private static final int CHUNK = 256 * 1024;

    private final Connection connection;
    private final SendBudget budget;
    private final int most;
    private int limit;
    private long held;
    private Body body;
    private boolean finished;

    Transfer(final Connection connection, final SendBudget budget) {
        this.connection = connection;
        this.budget = budget;
        most = connection.config().sendBufferBytes();
        limit = most;
    }

    /** Whether content waits for the peer. */
    boolean isUnderWay() {
        return body != null;
    }

    /** Sends a head, and content after it unless that is null. */
    void begin(final ByteBuf head, final Body content) {
        body = content;
        connection.write(head);
    }

    /**
     * Sends what can be sent now.
     *
     * @return true when nothing is left; false: call again after {@code onWritable}
     */
    boolean proceed() {
        while (body != null && body.remaining() > 0) {
            if (!connection.isWritable()) {
                return false;
            }
            sendPiece();
        }
        end();
        return true;
    }

    private void sendPiece() {
        account();
        adjust();
        try {
            final ByteBuf piece = body.next(connection.allocator(), Math.min(CHUNK, limit));
            hold(held + piece.readableBytes());
            connection.write(piece);
        } catch (final IOException cut) { // the promised length cannot be kept: only a reset tells the peer
            end();
            connection.abort();
        }
    }

    /** Lets the send buffer be as large as the budget allows. */
    private void adjust() {
        final int allowed = budget.allowance(most);
        if (allowed != limit) {
            limit = allowed;
            connection.configure(
                    connection.config().with().sendBufferBytes(limit).build());
        }
    }

    /** Brings the budget up to date: the peer may have acknowledged something since. */
    void account() {
        if (!connection.isOpen() || finished && Drain.isDelivered(connection)) {
            hold(0);
        } else if (held > 0 && connection.isWritable()) {
            hold(connection.queuedBytes());
        }
    }

    /** Whether memory is still taken by what the peer has not acknowledged, as far as is known. */
    boolean holdsMemory() {
        return held > 0;
    }

    private void hold(final long bytes) {
        budget.account(bytes - held);
        held = bytes;
    }

    private void end() {
        if (body != null) {
            body.close();
            body = null;
        }
    }

    /** Nothing more will be sent. What was sent counts until it is delivered. */
    void finish() {
        finished = true;
        end();
    }
}
