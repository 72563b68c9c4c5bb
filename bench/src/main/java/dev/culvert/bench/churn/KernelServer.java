package dev.culvert.bench.churn;

import dev.culvert.shim.LibC;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A server over the kernel's own TCP, a process of its own: one thread, epoll, and no call that a good server in C would not
 * make. Says {@code ready}; to every line on its input it says what its thread has used, and it ends with its input.
 */
final class KernelServer {
    private static final int BACKLOG = 4_096;
    private static final int ROOM = 4_096;

    private final KernelSocket sockets = new KernelSocket();
    private final Epoll epoll = new Epoll();
    private final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(ROOM, Long.BYTES));
    private final UnsafeBuffer response =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(Exchange.RESPONSE.length, Long.BYTES));
    private final int serverCloses = sockets.listen(Exchange.SERVER_CLOSES, BACKLOG);
    private final int clientCloses = sockets.listen(Exchange.CLIENT_CLOSES, BACKLOG);
    private final boolean[] closesFirst = new boolean[1 << 16];

    private KernelServer() {
        response.putBytes(0, Exchange.RESPONSE);
        epoll.add(serverCloses, Epoll.IN);
        epoll.add(clientCloses, Epoll.IN);
    }

    /** Serves until its input ends. */
    public static void main(final String[] args) {
        final Thread server = Thread.currentThread();
        final KernelServer kernel = new KernelServer();
        final Thread answers = new Thread(() -> answer(server), "answers");
        answers.setDaemon(true);
        answers.start();
        while (true) {
            kernel.serve();
        }
    }

    private static void answer(final Thread server) {
        System.out.println("ready");
        try (BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (questions.readLine() != null) {
                System.out.println(Usage.of(server).words());
            }
        } catch (final IOException unreadable) {
            System.err.println(unreadable.getMessage());
        }
        Runtime.getRuntime().halt(0);
    }

    private void serve() {
        final int ready = epoll.await(-1);
        for (int i = 0; i < ready; i++) {
            final int fd = epoll.fd(i);
            if (fd == serverCloses || fd == clientCloses) {
                acceptAll(fd);
            } else {
                read(fd);
            }
        }
    }

    private void acceptAll(final int listener) {
        for (int fd = sockets.accept(listener); fd >= 0; fd = sockets.accept(listener)) {
            closesFirst[fd] = listener == serverCloses;
            if (!read(fd)) {
                epoll.add(fd, Epoll.IN);
            }
        }
    }

    /** Answers a request; closes where it is the server's turn. False when the socket is to be watched further. */
    private boolean read(final int fd) {
        final int length = LibC.read(fd, text.addressOffset(), ROOM);
        if (length > 0) {
            LibC.write(fd, response.addressOffset(), Exchange.RESPONSE.length);
        }
        if (length == -LibC.EAGAIN || length > 0 && !closesFirst[fd]) {
            return false;
        }
        LibC.close(fd);
        return true;
    }
}
