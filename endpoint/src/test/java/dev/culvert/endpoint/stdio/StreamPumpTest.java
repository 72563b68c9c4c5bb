package dev.culvert.endpoint.stdio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culvert.endpoint.InnerStack;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.stream.CulvertServerSocket;
import dev.culvert.tun.stream.CulvertSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamPumpTest {
    private final InnerStack inner = new InnerStack();
    private CulvertSocket ours;
    private CulvertSocket peer;

    @BeforeEach
    void connect() throws IOException {
        final CulvertServerSocket server = CulvertServerSocket.bind(inner.stack, 0);
        ours = inner.connect(new TransportAddress(
                inner.stack.addresses().get(0), server.localAddress().port()));
        peer = server.accept(Duration.ofSeconds(20));
        peer.setReadTimeout(Duration.ofSeconds(20));
    }

    @AfterEach
    void close() {
        peer.close();
        inner.close();
    }

    private Thread inBackground(final InputStream input, final OutputStream output, final Duration limit) {
        final Thread thread = new Thread(() -> {
            try {
                new StreamPump(ours, input, output, limit).run();
            } catch (final IOException failure) {
                throw new IllegalStateException(failure);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void theEndOfTheInputBecomesAFinAndTheRestStillComes() throws Exception {
        final byte[] text = new byte[8_000_000];
        new Random(3).nextBytes(text);
        final ByteArrayOutputStream received = new ByteArrayOutputStream();
        final Thread pump = inBackground(new ByteArrayInputStream(text), received, Duration.ZERO);

        assertArrayEquals(text, peer.getInputStream().readAllBytes()); // up to the FIN
        peer.getOutputStream().write("answer".getBytes(US_ASCII));
        peer.close();
        pump.join();

        assertEquals("answer", received.toString(US_ASCII));
    }

    @Test
    void aPeerThatHasClosedStillGetsTheRestOfTheInput() throws Exception {
        final PipedOutputStream typed = new PipedOutputStream();
        final Thread pump =
                inBackground(new PipedInputStream(typed), OutputStream.nullOutputStream(), Duration.ofSeconds(20));
        peer.shutdownOutput();

        typed.write("late".getBytes(US_ASCII));
        typed.close();

        assertEquals("late", new String(peer.getInputStream().readAllBytes(), US_ASCII));
        pump.join();
    }

    @Test
    void withoutAnInputItClosesAfterThePeer() throws Exception {
        final ByteArrayOutputStream received = new ByteArrayOutputStream();
        final Thread pump = inBackground(null, received, Duration.ZERO);

        peer.getOutputStream().write("all".getBytes(US_ASCII));
        peer.shutdownOutput();

        assertEquals(-1, peer.getInputStream().read());
        pump.join();
        assertEquals("all", received.toString(US_ASCII));
    }

    @Test
    void aResetIsAFailure() {
        peer.abort();

        final IOException failure = assertThrows(IOException.class, () -> pumpNothing(Duration.ZERO));

        assertEquals("Connection reset by peer", failure.getMessage());
    }

    @Test
    void silenceIsAFailureWhereThereIsALimit() {
        assertThrows(SocketTimeoutException.class, () -> pumpNothing(Duration.ofMillis(1)));
    }

    private void pumpNothing(final Duration limit) throws IOException {
        new StreamPump(ours, InputStream.nullInputStream(), OutputStream.nullOutputStream(), limit).run();
    }

    @Test
    void anOutputThatIsClosedResetsTheConnection() throws IOException {
        peer.getOutputStream().write(1);

        assertThrows(IOException.class, () -> new StreamPump(ours, null, new ClosedPipe(), Duration.ZERO).run());

        assertThrows(IOException.class, () -> peer.getInputStream().read());
    }

    private static final class ClosedPipe extends OutputStream {
        @Override
        public void write(final int b) throws IOException {
            throw new IOException("Broken pipe");
        }
    }
}
