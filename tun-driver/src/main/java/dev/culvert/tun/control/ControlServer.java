package dev.culvert.tun.control;

import dev.culvert.tun.CulvertStack;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Lets other processes of the same user look at a running stack and change its settings: a unix socket of mode 0600 in a
 * directory of mode 0700. Requests are lines of words, {@code get [NAME]}, {@code set NAME VALUE},
 * {@code counters [PREFIX]}, {@code info} and whatever is {@link #register}ed; an answer is lines and then {@code OK}, or
 * {@code ERR} with a message. Has one thread of its own.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class ControlServer implements Closeable {
    private ControlServer() {}

    /** Listens as {@code name} in the user's directory; {@link #start} begins to answer. */
    public static ControlServer open(final String name, final CulvertStack stack) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Settings that get and set know; more can be added before {@link #start}. */
    public Settings settings() {
        throw new UnsupportedOperationException();
    }

    /** Adds a command. Before {@link #start}. */
    public ControlServer register(final String command, final ControlCommand action) {
        throw new UnsupportedOperationException();
    }

    /** Adds a line {@code key=value} to what {@code info} answers. Before {@link #start}. */
    public ControlServer info(final String key, final String value) {
        throw new UnsupportedOperationException();
    }

    /** Starts the thread. */
    public ControlServer start() {
        throw new UnsupportedOperationException();
    }

    /** The socket's path. */
    public Path path() {
        throw new UnsupportedOperationException();
    }

    /** Stops answering and removes the socket. */
    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
