package dev.culvert.bench.churn;

import dev.culvert.tcp.Reopening;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import org.agrona.concurrent.UnsafeBuffer;

/** What Culvert serves: the response to whatever comes first, which need not be read for that. */
public final class CulvertServer implements ConnectionHandler {
    /** 2 MSL on {@link Exchange#NEVER_REOPENS}, in ms: so short that a run sees many of them. */
    static final int SHORT_WAIT_MS = 250;

    private static final int BACKLOG = 4_096;
    private static final ByteBuf RESPONSE =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(Exchange.RESPONSE));

    private final boolean closesFirst;

    private CulvertServer(final boolean closesFirst) {
        this.closesFirst = closesFirst;
    }

    /** Listens on all ports of the {@link Exchange}. */
    public static void listen(final CulvertStack stack) throws IOException {
        final TcpConfig never = TcpConfig.DEFAULT
                .with()
                .reopening(Reopening.OFF)
                .mslMs(SHORT_WAIT_MS / 2)
                .build();
        final CulvertServer first = new CulvertServer(true);
        final CulvertServer last = new CulvertServer(false);
        stack.listen(Exchange.SERVER_CLOSES, BACKLOG, null, connection -> first);
        stack.listen(Exchange.CLIENT_CLOSES, BACKLOG, null, connection -> last);
        stack.listen(Exchange.NEVER_REOPENS, BACKLOG, never, connection -> first);
        stack.listen(Exchange.ECHO, BACKLOG, null, connection -> new Echo());
        stack.listen(Exchange.SOURCE, BACKLOG, null, connection -> new Source());
        stack.listen(Exchange.SINK, BACKLOG, null, connection -> new Sink());
    }

    @Override
    public void onReadable(final Connection connection) {
        connection.skip(connection.readableBytes());
        connection.write(RESPONSE.duplicate());
        if (closesFirst) {
            connection.close();
        }
    }

    /** Sends back what comes. */
    private static final class Echo implements ConnectionHandler {
        @Override
        public void onReadable(final Connection connection) {
            connection.write(connection.read());
        }

        @Override
        public void onPeerClosed(final Connection connection) {
            connection.close();
        }
    }

    /** Sends for ever. */
    private static final class Source implements ConnectionHandler {
        private static final ByteBuf PIECE =
                Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeZero(1 << 18));

        @Override
        public void onConnected(final Connection connection) {
            onWritable(connection);
        }

        @Override
        public void onWritable(final Connection connection) {
            boolean more = true;
            while (more) {
                more = connection.write(PIECE.duplicate());
            }
        }

        @Override
        public void onReadable(final Connection connection) {
            connection.read().release();
        }

        @Override
        public void onPeerClosed(final Connection connection) {
            connection.abort();
        }
    }

    /** Takes for ever, and looks at text where it lies, as an application does that need not keep it. */
    private static final class Sink implements ConnectionHandler {
        private final UnsafeBuffer text = new UnsafeBuffer(0, 0);

        @Override
        public void onReadable(final Connection connection) {
            for (int length = connection.view(text); length > 0; length = connection.view(text)) {
                connection.skip(length);
            }
        }

        @Override
        public void onPeerClosed(final Connection connection) {
            connection.close();
        }
    }
}
