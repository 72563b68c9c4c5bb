package dev.culvert.endpoint.service;

import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import io.netty.buffer.ByteBufUtil;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Tells date and time as RFC 867 recommends, and closes. One instance serves all connections. */
final class DaytimeService implements ConnectionHandler {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEEE, MMMM d, yyyy HH:mm:ss-zzz'\r\n'", Locale.ENGLISH);

    private final Clock clock;
    private final Reaper reaper;

    DaytimeService(final Clock clock, final Reaper reaper) {
        this.clock = clock;
        this.reaper = reaper;
    }

    @Override
    public void onConnected(final Connection connection) {
        final String line = FORMAT.format(ZonedDateTime.now(clock));
        connection.write(
                ByteBufUtil.encodeString(connection.allocator(), CharBuffer.wrap(line), StandardCharsets.US_ASCII));
        reaper.linger(connection);
    }

    @Override
    public void onReadable(final Connection connection) {
        Drain.INSTANCE.onReadable(connection);
    }
}
