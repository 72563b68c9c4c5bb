package dev.culvert.tun.control;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Talks to a running endpoint. One thread at a time. */
public final class ControlClient implements Closeable {
    private final SocketChannel channel;
    private final BufferedReader answers;

    private ControlClient(final SocketChannel channel) {
        this.channel = channel;
        answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /**
     * Connects to the user's endpoint of that name, or to the only one that runs when {@code name} is null.
     *
     * @throws ControlException when none runs, or several do and none is named; the message says which
     */
    public static ControlClient find(final String name) throws ControlException, IOException {
        return find(ControlDirectory.ofUser(), name);
    }

    /** As above in another directory. */
    public static ControlClient find(final ControlDirectory directory, final String name)
            throws ControlException, IOException {
        final List<String> running = directory.names();
        if (running.isEmpty()) {
            throw new ControlException("no endpoint is running; start one with: culvert serve");
        }
        if (name == null && running.size() > 1) {
            throw new ControlException(
                    "several endpoints are running: " + String.join(", ", running) + "; choose one with --name");
        }
        final String chosen = name == null ? running.get(0) : name;
        if (!running.contains(chosen)) {
            throw new ControlException("no endpoint is named '" + chosen + "'; running: " + String.join(", ", running));
        }
        return connect(directory.socket(chosen));
    }

    /** Connects to a socket. */
    public static ControlClient connect(final Path socket) throws IOException {
        return new ControlClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /**
     * Sends one request and waits for the answer.
     *
     * @return the lines of the answer, without the final OK
     * @throws ControlException with the server's message when it answers ERR
     */
    public List<String> request(final String... words) throws ControlException, IOException {
        final String request = String.join(" ", words).replace('\n', ' ') + "\n";
        final ByteBuffer bytes = StandardCharsets.UTF_8.encode(request);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        final List<String> lines = new ArrayList<>();
        while (true) {
            final String line = answers.readLine();
            if (line == null) {
                throw new EOFException("the endpoint has ended");
            }
            if (line.equals(ControlSession.OK)) {
                return lines;
            }
            if (line.startsWith(ControlSession.ERR)) {
                throw new ControlException(line.substring(ControlSession.ERR.length()));
            }
            lines.add(line.substring(ControlSession.INDENT.length()));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
