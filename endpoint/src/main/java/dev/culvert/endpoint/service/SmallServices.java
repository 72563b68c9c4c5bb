package dev.culvert.endpoint.service;

import dev.culvert.tun.Acceptor;
import dev.culvert.tun.ConnectionHandler;
import java.time.Clock;

/** The services of the first RFCs, each one handler for all of its connections. */
public final class SmallServices {
    private SmallServices() {}

    /** A service that needs no directory: every one but {@link ServiceKind#HTTP}. */
    public static Acceptor of(final ServiceKind kind, final Reaper reaper, final Clock clock) {
        final ConnectionHandler handler = switch (kind) {
            case ECHO -> new EchoService();
            case DISCARD -> Drain.INSTANCE;
            case DAYTIME -> new DaytimeService(clock, reaper);
            case CHARGEN -> new ChargenService();
            case HTTP -> throw new IllegalArgumentException("http has state for each connection");
        };
        return connection -> handler;
    }
}
