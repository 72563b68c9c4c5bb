package dev.culvert.endpoint.run;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.TransportAddress;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A request of the stack to its own web service, before anybody else comes: it loads the several hundred classes that the
 * first client would otherwise wait for, longer than the kernel's retransmission timeout of 200 ms.
 */
final class Rehearsal implements ConnectionHandler {
    private static final long LIMIT_MS = 2_000;

    private final CountDownLatch over = new CountDownLatch(1);

    private Rehearsal() {}

    /** Asks for the first page of the service on this port and waits for the answer, a short while at most. */
    static void of(final CulvertStack stack, final int port) throws InterruptedException {
        final Rehearsal rehearsal = new Rehearsal();
        final TransportAddress service = new TransportAddress(stack.addresses().get(0), port);
        stack.connect(null, service, null, rehearsal);
        rehearsal.over.await(LIMIT_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onConnected(final Connection connection) {
        final ByteBuf request = connection.allocator().directBuffer();
        request.writeCharSequence("GET / HTTP/1.1\r\nHost: rehearsal\r\nAccept: */*\r\n\r\n", US_ASCII);
        connection.write(request);
    }

    /** The first bytes of the answer say that everything is there. No TIME-WAIT stays behind. */
    @Override
    public void onReadable(final Connection connection) {
        connection.read().release();
        connection.abort();
    }

    @Override
    public void onClosed(final Connection connection, final int error) {
        over.countDown();
    }
}
