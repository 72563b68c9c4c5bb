package dev.culvert.endpoint.stdio;

import dev.culvert.tun.stream.CulvertSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Joins a connection with an input and an output, as nc(1) does: the input goes to the peer and its end becomes a FIN, what the
 * peer sends goes to the output. Each side is read no faster than the other one takes it.
 */
public final class StreamPump {
    private static final int CHUNK = 1 << 16;

    private final CulvertSocket socket;
    private final InputStream input;
    private final OutputStream output;
    private final Duration idleLimit;
    private final Thread sender;
    private volatile long sentNs = System.nanoTime();

    /**
     * Not yet running.
     *
     * @param input null: nothing is sent, and we close when the peer has closed
     * @param idleLimit how long neither side may say anything; zero: without limit
     */
    public StreamPump(
            final CulvertSocket socket, final InputStream input, final OutputStream output, final Duration idleLimit) {
        this.socket = socket;
        this.input = input;
        this.output = output;
        this.idleLimit = idleLimit;
        sender = new Thread(this::send, "culvert-input");
        sender.setDaemon(true); // an input that never ends cannot be interrupted
    }

    /**
     * Pumps until both sides have ended.
     *
     * @throws SocketTimeoutException when neither side has said anything for too long
     * @throws IOException when the peer resets the connection or the output cannot be written; the connection is reset then
     */
    public void run() throws IOException {
        try {
            if (input != null) {
                sender.start();
            }
            socket.setReadTimeout(idleLimit);
            receive();
            awaitSender();
            socket.close();
        } catch (final IOException failure) {
            socket.abort();
            throw failure;
        }
    }

    private void receive() throws IOException {
        final byte[] chunk = new byte[CHUNK];
        int count = 0;
        while (count >= 0) {
            try {
                count = socket.getInputStream().read(chunk);
            } catch (final SocketTimeoutException silence) {
                if (!hasSentLately()) {
                    throw silence;
                }
                continue;
            }
            if (count > 0) {
                output.write(chunk, 0, count);
                output.flush();
            }
        }
    }

    private boolean hasSentLately() {
        return sender.isAlive() && System.nanoTime() - sentNs < idleLimit.toNanos();
    }

    /** The peer has closed its side; ours goes on for as long as there is input that it takes. */
    private void awaitSender() throws IOException {
        try {
            sender.join(idleLimit.toMillis());
            while (sender.isAlive()) {
                if (!hasSentLately()) {
                    throw new SocketTimeoutException("timed out");
                }
                sender.join(idleLimit.toMillis());
            }
        } catch (final InterruptedException asked) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(asked);
        }
    }

    /** Ends quietly when the peer takes no more: what that means is for {@link #receive} to find out. */
    private void send() {
        final byte[] chunk = new byte[CHUNK];
        try {
            for (int count = input.read(chunk); count >= 0; count = input.read(chunk)) {
                socket.getOutputStream().write(chunk, 0, count);
                sentNs = System.nanoTime();
            }
        } catch (final IOException ended) {
            return;
        }
        socket.shutdownOutput();
    }
}
