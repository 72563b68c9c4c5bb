package dev.culvert.tun.control;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Talks to a running endpoint. One thread at a time. */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class ControlClient implements Closeable {
    private ControlClient() {}

    /**
     * Connects to the endpoint of that name, or to the only one that runs when {@code name} is null.
     *
     * @throws ControlException when none runs, or several do and none is named; the message says which
     */
    public static ControlClient find(final String name) throws ControlException, IOException {
        throw new UnsupportedOperationException();
    }

    /** Connects to a socket. */
    public static ControlClient connect(final Path socket) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends one request and waits for the answer.
     *
     * @return the lines of the answer, without the final OK
     * @throws ControlException with the server's message when it answers ERR
     */
    public List<String> request(final String... words) throws ControlException, IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
