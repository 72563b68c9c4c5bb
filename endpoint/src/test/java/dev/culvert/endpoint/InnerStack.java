package dev.culvert.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.endpoint.run.Nowhere;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.Acceptor;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.StackMonitor;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.stream.CulvertSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A running stack that talks to itself: its device leads nowhere. Closing it checks that every buffer has been given back. */
public final class InnerStack implements AutoCloseable {
    private static final String ADDRESS = "10.83.0.2";

    public final CulvertStack stack;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true); // counts exactly
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    public InnerStack() {
        stack = CulvertStack.builder()
                .device(new Nowhere())
                .address(ADDRESS)
                .allocator(allocator)
                .spinNs(0)
                .tcp(TcpConfig.DEFAULT.with().mslMs(1).build())
                .monitor(new StackMonitor() {
                    @Override
                    public void onHandlerFailure(final Connection connection, final Throwable failure) {
                        failures.add(failure);
                    }

                    @Override
                    public void onStackFailure(final String reason, final int error) {
                        failures.add(new IllegalStateException(reason));
                    }
                })
                .build()
                .start();
    }

    /** Offers a service on a port that is free; returns where. */
    public TransportAddress offer(final Acceptor acceptor) throws IOException {
        return TransportAddress.of(ADDRESS, stack.listen(0, acceptor).port());
    }

    /** A connection to a service. */
    public CulvertSocket connect(final TransportAddress service) throws IOException {
        final CulvertSocket socket = CulvertSocket.connect(stack, service, Duration.ofSeconds(20));
        socket.setReadTimeout(Duration.ofSeconds(20));
        return socket;
    }

    /** A connection to a service whose client stays until the server closes, even when the stack is about to stop. */
    public Listening listen(final TransportAddress service, final String request) {
        final Listening client = new Listening(request, false);
        stack.connect(service, client);
        return client;
    }

    /** As above, with a small window, and nothing is read after the first bytes until {@link Listening#goOn}. */
    public Listening listenSlowly(final TransportAddress service, final String request) {
        final Listening client = new Listening(request, true);
        final TcpConfig small =
                stack.tcpConfig().with().receiveBufferBytes(4_096).build();
        stack.connect(null, service, small, client);
        return client;
    }

    /** Sends a text, and collects what comes until the server closes. */
    public static final class Listening implements ConnectionHandler {
        private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
        private final CompletableFuture<Void> begun = new CompletableFuture<>();
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();
        private final String request;
        private final boolean slow;
        private volatile Connection opened;

        private Listening(final String request, final boolean slow) {
            this.request = request;
            this.slow = slow;
        }

        /** Reads again. */
        public void goOn() {
            opened.execute(opened::resumeReading);
        }

        /** Waits for the first bytes. */
        public void awaitBeginning() {
            begun.orTimeout(20, TimeUnit.SECONDS).join();
        }

        /** Waits until the server has closed in good order; what it sent. */
        public byte[] answer() {
            return answer.orTimeout(20, TimeUnit.SECONDS).join();
        }

        @Override
        public void onConnected(final Connection connection) {
            opened = connection;
            connection.write(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
        }

        @Override
        public void onReadable(final Connection connection) {
            final ByteBuf piece = connection.read();
            text.writeBytes(ByteBufUtil.getBytes(piece));
            piece.release();
            if (slow && !begun.isDone()) {
                connection.pauseReading();
            }
            begun.complete(null);
        }

        @Override
        public void onPeerClosed(final Connection connection) {
            answer.complete(text.toByteArray());
            connection.close();
        }

        @Override
        public void onClosed(final Connection connection, final int error) {
            answer.completeExceptionally(new IOException("ended with error " + error));
        }

        @Override
        public void onStackClosing(final Connection connection) {}
    }

    /** What buffers that nobody has released hold, in bytes. */
    public long bytesInUse() {
        return allocator.metric().usedDirectMemory();
    }

    @Override
    public void close() {
        stack.shutdown(Duration.ofSeconds(5));
        assertEquals(List.of(), failures, "what handlers and tasks have thrown");
        assertEquals(0, bytesInUse(), "bytes in buffers that nobody has released");
    }
}
