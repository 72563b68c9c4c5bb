package dev.culvert.bench.churn;

import dev.culvert.tcp.Reopening;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;

/** What Culvert serves: the response to whatever comes first. */
final class CulvertServer implements ConnectionHandler {
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
    static void listen(final CulvertStack stack) throws IOException {
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
    }

    @Override
    public void onReadable(final Connection connection) {
        connection.read().release();
        connection.write(RESPONSE.duplicate());
        if (closesFirst) {
            connection.close();
        }
    }
}
