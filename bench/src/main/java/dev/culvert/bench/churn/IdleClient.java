package dev.culvert.bench.churn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A client over the kernel's TCP that keeps what it opens, a process of its own: {@code SERVER SOURCE}. Says {@code ready}; to a
 * number on its input it opens so many connections from that address, has each answer one request, and says how many it holds.
 */
public final class IdleClient {
    private static final int FIRST_PORT = 1_024;

    private final InetSocketAddress server;
    private final InetAddress source;
    private final List<SocketChannel> open = new ArrayList<>();
    private final ByteBuffer response = ByteBuffer.allocate(Exchange.RESPONSE.length);

    private IdleClient(final String server, final String source) throws IOException {
        this.server = new InetSocketAddress(server, Exchange.CLIENT_CLOSES);
        this.source = InetAddress.getByName(source);
    }

    /** Holds its connections until its input ends. */
    public static void main(final String[] args) throws IOException {
        final IdleClient client = new IdleClient(args[0], args[1]);
        System.out.println("ready");
        try (BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = questions.readLine(); line != null; line = questions.readLine()) {
                for (int i = Integer.parseInt(line); i > 0; i--) {
                    client.one();
                }
                System.out.println(client.open.size());
            }
        }
    }

    private void one() throws IOException {
        final SocketChannel channel = SocketChannel.open();
        open.add(channel);
        channel.bind(new InetSocketAddress(source, FIRST_PORT + open.size()));
        channel.connect(server);
        channel.write(ByteBuffer.wrap(Exchange.REQUEST));
        response.clear();
        while (response.hasRemaining()) {
            if (channel.read(response) < 0) {
                throw new IOException("the server closes, and should not");
            }
        }
    }
}
