package dev.culvert.tun.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both sides at once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class PipeTest {
    private static final int BUFFERS = 1_000_000;

    private final Pipe pipe = new Pipe(() -> {}, () -> {});

    @Test
    void whatIsCountedCanBeRead() throws Exception {
        final Thread stack = new Thread(this::receiveAll, "stack");
        stack.setDaemon(true); // a test that fails leaves it behind
        stack.start();
        int unreadable = 0;
        for (int got = 0; got < BUFFERS; ) {
            final int counted = pipe.readableBytes();
            int read = 0;
            ByteBuf buffer;
            while (read < counted && (buffer = pipe.read()) != null) {
                read += buffer.readableBytes();
                got++;
            }
            unreadable += read < counted ? 1 : 0;
        }
        stack.join();
        assertEquals(0, unreadable, "times that fewer bytes could be read than were counted");
        assertEquals(0, pipe.readableBytes());
    }

    private void receiveAll() {
        final ByteBuf text = Unpooled.wrappedBuffer(new byte[100]);
        for (int sent = 0; sent < BUFFERS; ) {
            if (pipe.mayReceive()) {
                pipe.received(text);
                sent++;
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
