package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Epoll;
import dev.culvert.bench.churn.Exchange;
import dev.culvert.bench.churn.KernelSocket;
import dev.culvert.bench.churn.Usage;
import dev.culvert.shim.LibC;
import dev.culvert.tun.device.DeviceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The client of all servers for connections that last, over the kernel's sockets, a process of its own: one thread, epoll. Says
 * {@code ready}; for each {@link Flows} on its input it says how they went, a {@link FlowResult}.
 */
final class FlowClient {
    private static final int EINPROGRESS = 115;
    private static final int ROOM = 1 << 18;
    private static final int MOST_DESCRIPTORS = 1 << 12;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int LOOK_MS = 10;
    /** The least that Linux allows. */
    private static final int SMALL_MSS = 88;

    private static final int RECEIVED = 1;
    private static final int SENT = 9;
    private static final int UNDER_WAY = 64;

    private final KernelSocket sockets = new KernelSocket();
    private final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(ROOM, Long.BYTES));
    private final Histogram trips = new Histogram(TimeUnit.SECONDS.toNanos(10), 3);
    private int segmentBytes;
    private final long[] sentNs = new long[MOST_DESCRIPTORS];
    /** Bytes that came back and found no room to go out once more. */
    private final int[] owed = new int[MOST_DESCRIPTORS];

    private FlowClient() {}

    /** Keeps connections busy until its input ends. */
    public static void main(final String[] args) throws IOException {
        final FlowClient client = new FlowClient();
        System.out.println("ready");
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String words = input.readLine(); words != null; words = input.readLine()) {
                System.out.println(client.run(Flows.parse(words)).words());
            }
        }
    }

    private FlowResult run(final Flows flows) throws IOException {
        final int[] connections = new int[flows.connections()];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = connect(flows);
        }
        final Epoll epoll = new Epoll();
        try {
            await(connections);
            return measure(flows, connections, epoll);
        } finally {
            for (final int fd : connections) {
                LibC.close(fd);
            }
            epoll.close();
        }
    }

    private int connect(final Flows flows) {
        final int fd = KernelSocket.require("socket", sockets.open());
        if (flows.kind() == Flows.Kind.SEGMENTS) {
            sockets.smallSegments(fd, SMALL_MSS);
        }
        final int port = switch (flows.kind()) {
            case TRIPS, SEGMENTS -> Exchange.ECHO;
            case DOWN -> Exchange.SOURCE;
            case UP -> Exchange.SINK;
        };
        final int result = sockets.connect(fd, flows.server(), port);
        if (result != -EINPROGRESS) {
            KernelSocket.require("connect", result);
        }
        return fd;
    }

    /** Until all are connected. */
    private void await(final int[] connections) {
        final Epoll connecting = new Epoll();
        for (final int fd : connections) {
            connecting.add(fd, Epoll.OUT | Epoll.EDGE);
        }
        final long endNs = System.nanoTime() + PATIENCE_NS;
        int connected = 0;
        while (connected < connections.length) {
            if (System.nanoTime() > endNs) {
                throw new DeviceException(
                        "only " + connected + " of " + connections.length + " connections came about");
            }
            final int ready = connecting.await(LOOK_MS);
            for (int i = 0; i < ready; i++) {
                KernelSocket.require("connect", -sockets.error(connecting.fd(i)));
                connected++;
            }
        }
        connecting.close();
    }

    private FlowResult measure(final Flows flows, final int[] connections, final Epoll epoll) throws IOException {
        trips.reset();
        Arrays.fill(owed, 0);
        for (final int fd : connections) {
            epoll.add(fd, flows.kind() == Flows.Kind.UP ? Epoll.OUT | Epoll.EDGE : Epoll.IN);
        }
        segmentBytes = sockets.segmentBytes(connections[0]);
        final long packetsBefore = packets();
        final Usage before = Usage.of(Thread.currentThread());
        final long startNs = System.nanoTime();
        final long endNs = startNs + TimeUnit.MILLISECONDS.toNanos(flows.milliseconds());
        for (final int fd : connections) {
            begin(flows.kind(), fd);
        }
        long units = 0;
        while (System.nanoTime() < endNs) {
            final int ready = epoll.await(LOOK_MS);
            for (int i = 0; i < ready; i++) {
                units += move(flows.kind(), epoll.fd(i), endNs);
            }
        }
        final long tookNs = System.nanoTime() - startNs;
        final Usage used = Usage.of(Thread.currentThread()).since(before);
        return new FlowResult(
                flows.kind() == Flows.Kind.SEGMENTS ? units / segmentBytes : units,
                tookNs,
                trips.getValueAtPercentile(50),
                trips.getValueAtPercentile(99.9),
                packets() - packetsBefore,
                used);
    }

    private void begin(final Flows.Kind kind, final int fd) {
        if (kind == Flows.Kind.TRIPS) {
            ask(fd);
        } else if (kind == Flows.Kind.SEGMENTS) {
            require("write", LibC.write(fd, text.addressOffset(), (long) UNDER_WAY * segmentBytes));
        }
    }

    /** What the interfaces of this network have taken in and let out so far (proc(5), /proc/PID/net/dev). */
    private static long packets() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/net/dev")).stream()
                .filter(line -> line.contains(":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip().split(" +", -1))
                .mapToLong(fields -> Long.parseLong(fields[RECEIVED]) + Long.parseLong(fields[SENT]))
                .sum();
    }

    private long move(final Flows.Kind kind, final int fd, final long endNs) {
        return switch (kind) {
            case TRIPS -> trip(fd);
            case SEGMENTS -> sendAgain(fd);
            case DOWN -> require("read", LibC.read(fd, text.addressOffset(), ROOM));
            case UP -> fill(fd, endNs);
        };
    }

    private void ask(final int fd) {
        sentNs[fd] = System.nanoTime();
        require("write", LibC.write(fd, text.addressOffset(), 1));
    }

    private long trip(final int fd) {
        require("read", LibC.read(fd, text.addressOffset(), 1));
        trips.recordValue(System.nanoTime() - sentNs[fd]);
        ask(fd);
        return 1;
    }

    /** What has come back goes out once more; what the send buffer has no room for waits until more has come back. */
    private long sendAgain(final int fd) {
        final int length = require("read", LibC.read(fd, text.addressOffset(), ROOM));
        owed[fd] += length;
        final int sent = LibC.write(fd, text.addressOffset(), Math.min(owed[fd], ROOM));
        if (sent != -LibC.EAGAIN) {
            owed[fd] -= require("write", sent);
        }
        return length;
    }

    private long fill(final int fd, final long endNs) {
        long sent = 0;
        int length;
        do {
            length = LibC.write(fd, text.addressOffset(), ROOM);
            sent += Math.max(0, length);
        } while (length > 0 && System.nanoTime() < endNs);
        if (length != -LibC.EAGAIN) {
            require("write", length);
        }
        return sent;
    }

    private static int require(final String call, final int result) {
        if (result == 0) {
            throw new DeviceException("the server has closed a connection");
        }
        return KernelSocket.require(call, result);
    }
}
