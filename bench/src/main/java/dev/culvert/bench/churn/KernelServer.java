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
public final class KernelServer {
    private static final int BACKLOG = 4_096;
    private static final int ROOM = 1 << 18;

    private final KernelSocket sockets = new KernelSocket();
    private final Epoll epoll = new Epoll();
    private final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(ROOM, Long.BYTES));
    private final UnsafeBuffer response =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(Exchange.RESPONSE.length, Long.BYTES));
    /** The port that a descriptor listens on, or was accepted on as its negative. */
    private final int[] port = new int[1 << 16];

    private KernelServer() {
        response.putBytes(0, Exchange.RESPONSE);
        for (final int each :
                new int[] {Exchange.SERVER_CLOSES, Exchange.CLIENT_CLOSES, Exchange.ECHO, Exchange.SOURCE, Exchange.SINK
                }) {
            final int listener = sockets.listen(each, BACKLOG);
            port[listener] = each;
            epoll.add(listener, Epoll.IN);
        }
    }

    /** Serves until its input ends. */
    public static void main(final String[] args) {
        final Thread server = Thread.currentThread();
        final KernelServer kernel = new KernelServer();
        final Thread answers = new Thread(() -> answerQuestions(server), "answers");
        answers.setDaemon(true);
        answers.start();
        while (true) {
            kernel.serve();
        }
    }

    private static void answerQuestions(final Thread server) {
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
            if (port[fd] > 0) {
                acceptAll(fd);
            } else if (serve(fd)) {
                LibC.close(fd);
            }
        }
    }

    private void acceptAll(final int listener) {
        for (int fd = sockets.accept(listener); fd >= 0; fd = sockets.accept(listener)) {
            port[fd] = -port[listener];
            if (serve(fd)) {
                LibC.close(fd);
            } else {
                epoll.add(fd, port[fd] == -Exchange.SOURCE ? Epoll.OUT | Epoll.EDGE : Epoll.IN);
            }
        }
    }

    /** Does what there is to do; true when the connection is to be closed. */
    private boolean serve(final int fd) {
        return switch (-port[fd]) {
            case Exchange.SOURCE -> send(fd);
            case Exchange.SINK -> take(fd);
            case Exchange.ECHO -> echo(fd);
            default -> answer(fd);
        };
    }

    /** Answers a request; the end follows at once where it is the server's turn. */
    private boolean answer(final int fd) {
        final int length = LibC.read(fd, text.addressOffset(), ROOM);
        if (length > 0) {
            LibC.write(fd, response.addressOffset(), Exchange.RESPONSE.length);
        }
        return length != -LibC.EAGAIN && (length <= 0 || port[fd] == -Exchange.SERVER_CLOSES);
    }

    /** Nobody lets more wait than what a socket's buffer takes. */
    private boolean echo(final int fd) {
        final int length = LibC.read(fd, text.addressOffset(), ROOM);
        return length != -LibC.EAGAIN && (length <= 0 || LibC.write(fd, text.addressOffset(), length) < length);
    }

    private boolean send(final int fd) {
        int length;
        do {
            length = LibC.write(fd, text.addressOffset(), ROOM);
        } while (length > 0);
        return length != -LibC.EAGAIN;
    }

    private boolean take(final int fd) {
        final int length = LibC.read(fd, text.addressOffset(), ROOM);
        return length <= 0 && length != -LibC.EAGAIN;
    }
}
