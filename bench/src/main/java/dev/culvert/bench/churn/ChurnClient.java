package dev.culvert.bench.churn;

import dev.culvert.shim.LibC;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The client of all servers, over the kernel's sockets, a process of its own: one thread, epoll. Says {@code ready}; for each
 * {@link ChurnLoad} on its input it makes the connections and says how they went, a {@link ClientResult}.
 */
public final class ChurnClient {
    private static final int EINPROGRESS = 115;
    private static final int ROOM = 4_096;
    private static final int PATIENCE_MS = 50;
    private static final long NS_PER_MS = 1_000_000;
    private static final byte FREE = 0;
    private static final byte CONNECTING = 1;
    private static final byte ASKED = 2;

    private final KernelSocket sockets = new KernelSocket();
    private final Epoll epoll = new Epoll();
    private final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(ROOM, Long.BYTES));
    private final UnsafeBuffer request =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(Exchange.REQUEST.length, Long.BYTES));
    private final byte[] phase = new byte[1 << 12];
    private final int[] got = new int[1 << 12];
    private final ChurnLoad load;
    private int begun;
    private int open;
    private int completed;
    private int failed;
    private long lastNs;

    private ChurnClient(final ChurnLoad load) {
        this.load = load;
        request.putBytes(0, Exchange.REQUEST);
    }

    /** Makes connections until its input ends. */
    public static void main(final String[] args) throws IOException {
        System.out.println("ready");
        try (BufferedReader loads = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String words = loads.readLine(); words != null; words = loads.readLine()) {
                System.out.println(new ChurnClient(ChurnLoad.parse(words)).run().words());
            }
        }
    }

    private ClientResult run() {
        final Usage before = Usage.of(Thread.currentThread());
        final long startNs = System.nanoTime();
        final long endNs = startNs + load.limitMs() * NS_PER_MS;
        lastNs = startNs + 1;
        for (long nowNs = startNs;
                nowNs < endNs && completed + failed < load.connections();
                nowNs = System.nanoTime()) {
            while (open < load.sideBySide() && begun < load.connections()) {
                begin();
            }
            look(nowNs);
        }
        final int unfinished = open;
        dropAll();
        final Usage used = Usage.of(Thread.currentThread()).since(before);
        return new ClientResult(completed, failed, unfinished, lastNs - startNs, used);
    }

    private void begin() {
        final int number = begun++;
        final int fd = KernelSocket.require("socket", sockets.open());
        int result = sockets.bind(fd, load.source(number), load.sourcePort(number));
        if (result == 0) {
            result = sockets.connect(fd, load.server(), load.port());
        }
        if (result != 0 && result != -EINPROGRESS) {
            LibC.close(fd);
            failed++;
            return;
        }
        open++;
        phase[fd] = CONNECTING;
        got[fd] = 0;
        epoll.add(fd, Epoll.IN | Epoll.OUT | Epoll.EDGE);
    }

    private void look(final long nowNs) {
        final int ready = epoll.await(PATIENCE_MS);
        for (int i = 0; i < ready; i++) {
            final int fd = epoll.fd(i);
            final int events = epoll.events(i);
            if (phase[fd] == CONNECTING) {
                connected(fd);
            }
            if (phase[fd] == ASKED && (events & (Epoll.IN | Epoll.ERROR)) != 0) {
                read(fd, nowNs);
            }
        }
    }

    private void connected(final int fd) {
        if (sockets.error(fd) != 0 || LibC.write(fd, request.addressOffset(), Exchange.REQUEST.length) < 0) {
            end(fd, false);
        } else {
            phase[fd] = ASKED;
        }
    }

    /** Reads what is there: until the server closes, or until it is the client's turn to. */
    private void read(final int fd, final long nowNs) {
        while (true) {
            final int length = LibC.read(fd, text.addressOffset(), ROOM);
            if (length == -LibC.EAGAIN) {
                return;
            }
            got[fd] += Math.max(0, length);
            final boolean whole = got[fd] >= Exchange.RESPONSE.length; // another server's header may be longer
            if (length <= 0 || whole && load.port() == Exchange.CLIENT_CLOSES) {
                lastNs = whole ? nowNs : lastNs;
                end(fd, whole && length >= 0);
                return;
            }
        }
    }

    private void end(final int fd, final boolean good) {
        phase[fd] = FREE;
        LibC.close(fd);
        open--;
        completed += good ? 1 : 0;
        failed += good ? 0 : 1;
    }

    private void dropAll() {
        for (int fd = 0; fd < phase.length; fd++) {
            if (phase[fd] != FREE) {
                end(fd, false);
                failed--; // it is unfinished, not failed
            }
        }
    }
}
