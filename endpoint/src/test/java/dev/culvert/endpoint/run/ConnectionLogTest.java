package dev.culvert.endpoint.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.endpoint.InnerStack;
import dev.culvert.env.Errno;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.TransportAddress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionLogTest {
    private final StringWriter err = new StringWriter();
    private final Console console = new Console(new PrintWriter(err), Console.CONNECTIONS);
    private final AtomicLong nowNs = new AtomicLong();
    private final AtomicLong stackFailures = new AtomicLong();
    private final ConnectionLog log = new ConnectionLog(console, nowNs::get, stackFailures::incrementAndGet);
    private final InnerStack inner = new InnerStack();
    private final Connection connection = inner.stack.connect(
            TransportAddress.of("10.83.0.2", 7), TransportAddress.of("10.83.0.9", 80), null, new Idle());

    @AfterEach
    void close() {
        inner.close();
    }

    @Test
    void aConnectionThatEndsIsALineWithPeerServiceBytesTimeAndEnding() {
        log.name(7, "echo");
        log.onOpened(connection, true);
        nowNs.set(1_500_000_000);
        log.onClosed(connection, Errno.ECONNRESET, 20, 10);

        assertEquals(
                "culvert: 10.83.0.9:80 echo: 10 bytes in, 20 out, 1.500 s, connection reset by peer\n", err.toString());
    }

    @Test
    void nothingIsSaidUnlessAskedFor() {
        console.level(Console.QUIET);
        log.onOpened(connection, true);
        log.onClosed(connection, 0, 1, 1);

        assertEquals("", err.toString());
    }

    @Test
    void aFullTimeWaitIsReportedInAnyCase() {
        console.level(Console.QUIET);
        log.onTimeWaitFull(17, 1_000, TimeWaitOverflow.DROP_NEW);
        log.onTimeWaitFull(1, 1, TimeWaitOverflow.RESET);

        assertEquals("""
                culvert: TIME-WAIT is full (1000 at most, drop-new): 17 connections ended without it
                culvert: TIME-WAIT is full (1 at most, reset): 1 connection ended by a reset
                """, err.toString());
    }

    @Test
    void aStackThatEndsByItselfIsReportedInAnyCase() {
        console.level(Console.QUIET);
        log.onStackFailure("culvert0 has gone", Errno.ENETDOWN);

        assertEquals("culvert: culvert0 has gone; connections end with: Network is down\n", err.toString());
        assertEquals(1, stackFailures.get());
    }

    @Test
    void anErrorOfOursShowsWhereItHappenedOnlyWhenAskedFor() {
        log.onHandlerFailure(connection, new IllegalStateException("odd"));
        assertTrue(err.toString().contains("ConnectionLogTest"), err::toString);
        err.getBuffer().setLength(0);
        console.level(Console.QUIET);
        log.onHandlerFailure(null, new IllegalStateException("odd"));
        assertFalse(err.toString().contains("ConnectionLogTest"), err::toString);
        assertEquals("culvert: internal error: java.lang.IllegalStateException: odd\n", err.toString());
    }

    private static final class Idle implements ConnectionHandler {
        @Override
        public void onReadable(final Connection same) {}
    }
}
