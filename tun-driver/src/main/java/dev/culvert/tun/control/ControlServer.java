package dev.culvert.tun.control;

import dev.culvert.tun.CulvertStack;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lets other processes of the same user look at a running stack and change its settings: a unix socket of mode 0600 in a
 * directory of mode 0700. Requests are lines of words, {@code get [NAME]}, {@code set NAME VALUE},
 * {@code counters [PREFIX]}, {@code stats}, {@code sockets CURSOR STATE...}, {@code info} and whatever is
 * {@link #register}ed; an answer is indented lines and then {@code OK}, or {@code ERR} with a message. Has one thread of its
 * own; what it does to the stack goes through the stack's command ring.
 */
public final class ControlServer implements Closeable {
    private static final int MAX_CLIENTS = 32;

    private final Path path;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final Settings settings;
    private final Map<String, ControlCommand> commands = new TreeMap<>();
    private final Map<String, String> info = new TreeMap<>();

    private ControlServer(final Path path, final ServerSocketChannel server, final CulvertStack stack)
            throws IOException {
        this.path = path;
        this.server = server;
        selector = Selector.open();
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        settings = StackSettings.of(stack);
        StackCommands.addTo(commands, settings, info, stack);
    }

    /** Listens as {@code name} in the user's directory; {@link #start} begins to answer. */
    public static ControlServer open(final String name, final CulvertStack stack) throws IOException, ControlException {
        return open(ControlDirectory.ofUser(), name, stack);
    }

    /** As above in another directory. */
    public static ControlServer open(final ControlDirectory directory, final String name, final CulvertStack stack)
            throws IOException, ControlException {
        directory.prepare();
        final Path path = directory.socket(name);
        if (ControlDirectory.isAlive(path)) {
            throw new ControlException("an endpoint named '" + name + "' is running already; choose another --name");
        }
        final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            return new ControlServer(path, server, stack);
        } catch (final IOException failure) {
            server.close();
            throw failure;
        }
    }

    /** Settings that get and set know; more can be added before {@link #start}. */
    public Settings settings() {
        return settings;
    }

    /** Adds a command. Before {@link #start}. */
    public ControlServer register(final String command, final ControlCommand action) {
        commands.put(command, action);
        return this;
    }

    /** Adds a line {@code key=value} to what {@code info} answers. Before {@link #start}. */
    public ControlServer info(final String key, final String value) {
        info.put(key, value);
        return this;
    }

    /** Starts the thread. */
    public ControlServer start() {
        final Thread thread = new Thread(this::run, "culvert-control");
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** The socket's path. */
    public Path path() {
        return path;
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::serve);
            }
        } catch (final ClosedSelectorException closed) {
            // close() was called
        } catch (final IOException failure) {
            System.getLogger("dev.culvert").log(System.Logger.Level.ERROR, "the control socket has failed", failure);
        }
    }

    private void serve(final SelectionKey key) {
        try {
            if (key.attachment() instanceof ControlSession session) {
                serve(key, session);
            } else {
                accept();
            }
        } catch (final IOException clientGone) {
            key.cancel();
        }
    }

    private static void serve(final SelectionKey key, final ControlSession session) throws IOException {
        boolean goesOn = false;
        try {
            goesOn = session.serve();
        } finally {
            if (goesOn) {
                key.interestOps(session.isWriting() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            } else {
                session.close();
            }
        }
    }

    private void accept() throws IOException {
        final SocketChannel client = server.accept();
        if (client == null) {
            return;
        }
        if (selector.keys().size() > MAX_CLIENTS) {
            client.close();
            return;
        }
        client.configureBlocking(false);
        client.register(selector, SelectionKey.OP_READ, new ControlSession(client, commands));
    }

    /** Stops answering and removes the socket. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
        for (final SelectionKey key : List.copyOf(selector.keys())) {
            key.channel().close();
        }
        selector.close();
        server.close();
    }
}
