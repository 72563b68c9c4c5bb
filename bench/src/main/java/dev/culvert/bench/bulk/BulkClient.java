package dev.culvert.bench.bulk;

import dev.culvert.bench.churn.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The kernel's end, a process of its own: for each line {@code ADDRESS PORT BYTES} on its input one connection, over which it
 * sends so many bytes, then reads until the other end closes. Says a {@link Transfer} each time.
 */
final class BulkClient {
    private static final int ROOM = 1 << 18;

    private final ByteBuffer text = ByteBuffer.allocateDirect(ROOM);

    private BulkClient() {}

    /** Makes transfers until its input ends. */
    public static void main(final String[] args) throws IOException {
        System.out.println("ready");
        final BulkClient client = new BulkClient();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                final String[] words = line.split(" ", -1);
                final InetSocketAddress server = new InetSocketAddress(words[0], Integer.parseInt(words[1]));
                System.out.println(client.run(server, Long.parseLong(words[2])).words());
            }
        }
    }

    private Transfer run(final InetSocketAddress server, final long bytes) throws IOException {
        final Usage before = Usage.of(Thread.currentThread());
        final long startNs = System.nanoTime();
        long moved = 0;
        try (SocketChannel socket = SocketChannel.open(server)) {
            while (moved < bytes) {
                text.clear().limit((int) Math.min(ROOM, bytes - moved));
                moved += socket.write(text);
            }
            socket.shutdownOutput();
            for (int length = 0; length >= 0; length = socket.read(text.clear())) {
                moved += length;
            }
        }
        return new Transfer(moved, System.nanoTime() - startNs, Usage.of(Thread.currentThread()).since(before));
    }
}
