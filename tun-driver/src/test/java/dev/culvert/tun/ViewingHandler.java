package dev.culvert.tun;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/** Looks at text where it lies, takes two bytes of it at a time, and answers with what it has seen once the peer has closed. */
public final class ViewingHandler implements ConnectionHandler {
    private final StringBuilder seen = new StringBuilder();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    @Override
    public void onReadable(final Connection connection) {
        final int length = connection.view(view);
        if (length != connection.view(view)) {
            seen.append('!');
        }
        final int taken = connection.skip(2);
        seen.append(view.getStringWithoutLengthAscii(0, taken)).append('.');
    }

    @Override
    public void onPeerClosed(final Connection connection) {
        if (connection.view(view) + connection.skip(1) == 0) {
            seen.append("end");
        }
        connection.write(Unpooled.copiedBuffer(seen, StandardCharsets.US_ASCII));
        connection.close();
    }
}
