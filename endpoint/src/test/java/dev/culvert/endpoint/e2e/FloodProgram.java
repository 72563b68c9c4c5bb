package dev.culvert.endpoint.e2e;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.peer.Flood;
import dev.culvert.kit.peer.Flooder;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.PacketHandler;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A program inside the private network that means harm: over an interface of its own, which the kernel routes to Culvert, it
 * sends SYNs from everywhere, single bytes, bytes ahead of gaps and backwards, tiny windows and SACK blocks, in turn, until it is
 * told that it is enough, or has sent as much as it may. Its last line is how much that was.
 */
final class FloodProgram {
    private static final IpAddress CULVERT = IpAddress.parse("10.83.0.2");
    private static final IpAddress OWN = IpAddress.parse("10.99.0.2");
    private static final int ECHO = 7;
    private static final int DISCARD = 9;
    private static final int CHARGEN = 19;
    private static final int FIRST_PORT = 1_000;
    private static final int PER_ROUND = 10;
    /** More SYNs than half-open connections may be, however early it is told to end. */
    private static final int LEAST_ROUNDS = 700;

    private static final int MOST_ROUNDS = 80_000;
    private static final int MOST_ANSWERS = 60;
    private static final long PATIENCE_NS = 20_000_000_000L;

    private final TunDevice device;
    private final OutboundPacket packet = new OutboundPacket();
    private final PacketHandler reader = (buffer, offset, length, metadata) -> read(buffer, offset, length);
    private final List<Flooder> flooders = new ArrayList<>();
    private int sent;

    private FloodProgram(final TunDevice device, final long seed) {
        this.device = device;
        final Random random = new Random(seed);
        for (final Flood kind : Flood.values()) {
            if (kind != Flood.NONE) {
                final Endpoints ends = new Endpoints(OWN, FIRST_PORT + kind.ordinal(), CULVERT, portOf(kind));
                flooders.add(new Flooder(kind, ends, random, this::send));
            }
        }
    }

    private static int portOf(final Flood kind) {
        return switch (kind) {
            case NONE, SYNS -> ECHO;
            case SMALL_SEGMENTS, GAPS, BACKWARDS -> DISCARD;
            case TINY_WINDOWS, SACKS -> CHARGEN;
        };
    }

    /** The words that start it; the seed is that of what is left to chance. */
    static String[] command(final long seed) {
        return new String[] {
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens",
            "java.base/jdk.internal.misc=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            FloodProgram.class.getName(),
            Long.toString(seed)
        };
    }

    /** Floods; the argument is the seed of what is left to chance. */
    public static void main(final String[] args) throws IOException {
        try (TunDevice device = TunDevice.attach(TunOptions.DEFAULT
                .withName("flood0")
                .withOffload(false)
                .withStackAddresses(List.of(InterfaceAddress.parse("10.99.0.2/24")))
                .withHostAddresses(List.of(InterfaceAddress.parse("10.99.0.1/24"))))) {
            final FloodProgram program = new FloodProgram(device, Long.parseLong(args[0]));
            program.flooders.forEach(program::open);
            System.err.println("flooding");
            final int before = program.sent;
            for (int round = 0; goesOn(round); round++) {
                program.round();
            }
            System.out.println(program.sent - before);
        }
    }

    private static boolean goesOn(final int round) throws IOException {
        return round < LEAST_ROUNDS || System.in.available() == 0 && round < MOST_ROUNDS;
    }

    private void open(final Flooder flooder) {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!flooder.isOpen()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("no SYN-ACK");
            }
            flooder.open();
            device.await(PATIENCE_NS / 100);
            device.receive(reader, MOST_ANSWERS);
        }
    }

    private void round() {
        for (int i = 0; i < PER_ROUND; i++) {
            flooders.forEach(Flooder::harm);
        }
        device.receive(reader, MOST_ANSWERS);
    }

    private void send(final byte[] bytes) {
        packet.clear().header.putBytes(0, bytes);
        packet.headerLength = bytes.length;
        device.transmit(packet);
        sent++;
    }

    private void read(final UnsafeBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        flooders.forEach(flooder -> flooder.onPacket(bytes));
    }
}
