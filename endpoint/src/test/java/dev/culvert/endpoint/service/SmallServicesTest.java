package dev.culvert.endpoint.service;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culvert.endpoint.InnerStack;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.stream.CulvertSocket;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SmallServicesTest {
    private static final Instant NOW = Instant.parse("1982-02-23T01:37:43Z");

    private final InnerStack inner = new InnerStack();
    private final Reaper reaper = new Reaper(0);

    @AfterEach
    void close() {
        inner.close();
    }

    private CulvertSocket connect(final ServiceKind kind) throws IOException {
        return inner.connect(inner.offer(SmallServices.of(kind, reaper, Clock.fixed(NOW, ZoneOffset.UTC))));
    }

    @Test
    void echoGivesBackEveryByteAndClosesAfterUs() throws IOException, InterruptedException {
        final byte[] text = new byte[9_000_000]; // more than all buffers on the way hold
        new Random(1).nextBytes(text);
        try (CulvertSocket socket = connect(ServiceKind.ECHO)) {
            final Thread writer = new Thread(() -> writeAll(socket, text));
            writer.start();

            assertArrayEquals(text, socket.getInputStream().readAllBytes());
            writer.join();
        }
    }

    private static void writeAll(final CulvertSocket socket, final byte[] text) {
        try {
            socket.getOutputStream().write(text);
            socket.shutdownOutput();
        } catch (final IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void discardTakesEverythingAndSaysNothing() throws IOException {
        try (CulvertSocket socket = connect(ServiceKind.DISCARD)) {
            socket.getOutputStream().write(new byte[9_000_000]);
            socket.shutdownOutput();

            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void daytimeTellsTheTimeEvenToWhoeverTalksMeanwhile() throws IOException { // RFC 867: input is thrown away
        try (CulvertSocket socket = connect(ServiceKind.DAYTIME)) {
            socket.getOutputStream().write(1);

            final String line = new String(socket.getInputStream().readAllBytes(), US_ASCII);

            assertEquals("Tuesday, February 23, 1982 01:37:43-Z\r\n", line);
        }
    }

    @Test
    void chargenRotatesThroughThePrintingCharactersWithoutASeam() throws IOException { // RFC 864
        try (CulvertSocket socket = connect(ServiceKind.CHARGEN)) {
            final byte[] text = socket.getInputStream().readNBytes(2_000 * 74);

            for (int line = 0; line < 2_000; line++) {
                final StringBuilder expected = new StringBuilder();
                for (int i = 0; i < 72; i++) {
                    expected.append((char) (' ' + (line + i) % 95));
                }
                assertEquals(expected + "\r\n", new String(text, line * 74, 74, US_ASCII));
            }
            socket.abort();
        }
    }

    @Test
    void aPeerThatHasEverythingAndDoesNotCloseIsResetWhenItsTimeIsOver() throws Exception {
        try (CulvertSocket socket = connect(ServiceKind.DAYTIME)) {
            socket.getInputStream().readAllBytes();
            sweepAt(0);
            sweepAt(Reaper.LINGER_NS - 1);
            socket.getOutputStream().write(1);

            assertThrows(IOException.class, () -> {
                for (long nowNs = Reaper.LINGER_NS; ; nowNs += Reaper.LINGER_NS) { // until the ACK of our FIN has come
                    sweepAt(nowNs);
                    socket.getOutputStream().write(1);
                }
            });
        }
    }

    @Test
    void aPeerThatTakesItsTimeToReadIsLeftAlone() throws IOException {
        final InnerStack.Listening client = inner.listenSlowly(
                inner.offer(connection -> new ConnectionHandler() {
                    @Override
                    public void onConnected(final Connection same) {
                        same.write(Unpooled.directBuffer().writeZero(1_000_000));
                        reaper.linger(same);
                    }

                    @Override
                    public void onReadable(final Connection same) {}
                }),
                "x");
        client.awaitBeginning();

        for (long minute = 1; minute < 10; minute++) {
            sweepAt(TimeUnit.MINUTES.toNanos(minute));
        }
        client.goOn();

        assertEquals(1_000_000, client.answer().length);
    }

    private void sweepAt(final long nowNs) throws IOException {
        inner.stack.call(() -> {
            reaper.sweep(nowNs);
            return null;
        });
    }

    @Test
    void whenTheStackClosesAConnectionEndsInGoodOrderWithWhatWasWritten() throws IOException {
        final InnerStack.Listening client = inner.listen(
                inner.offer(SmallServices.of(ServiceKind.ECHO, reaper, Clock.fixed(NOW, ZoneOffset.UTC))), "hello");
        client.awaitBeginning();

        inner.stack.shutdown(Duration.ofSeconds(20));

        assertEquals("hello", new String(client.answer(), US_ASCII));
    }
}
