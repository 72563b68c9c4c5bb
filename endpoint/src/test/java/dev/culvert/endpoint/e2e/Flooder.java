package dev.culvert.endpoint.e2e;

import static dev.culvert.kit.packet.Segment.ACK;
import static dev.culvert.kit.packet.Segment.SYN;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.PacketHandler;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A program inside the private network that means harm: over an interface of its own, which the kernel routes to Culvert, it
 * sends SYNs from everywhere, single bytes, bytes ahead of gaps, tiny windows and SACK blocks, in turn, until it is told
 * that it is enough, or has sent as much as it may. Its last line is how much that was.
 */
final class Flooder {
    private static final IpAddress CULVERT = IpAddress.parse("10.83.0.2");
    private static final IpAddress FLOODER = IpAddress.parse("10.99.0.2");
    private static final int ECHO = 7;
    private static final int DISCARD = 9;
    private static final int CHARGEN = 19;
    private static final int KINDS = 5;
    private static final int PER_ROUND = 60;
    private static final int MOST_PACKETS = 5_000_000;
    private static final int WINDOW = 30_000;
    private static final long PATIENCE_NS = 20_000_000_000L;
    private static final byte[] BYTE = {'x'};

    private final TunDevice device;
    private final OutboundPacket packet = new OutboundPacket();
    private final PacketHandler reader = (buffer, offset, length, metadata) -> read(buffer, offset, length);
    private final Random random;
    private final Victim discard = new Victim(new Endpoints(FLOODER, 1_000, CULVERT, DISCARD));
    private final Victim chargen = new Victim(new Endpoints(FLOODER, 1_001, CULVERT, CHARGEN));
    private int sent;

    /** A connection that is misused. */
    private static final class Victim {
        final Endpoints ends;
        int next = 1;
        int expected;
        int highest;
        boolean open;

        Victim(final Endpoints ends) {
            this.ends = ends;
        }

        Segment ack() {
            return Segment.of(ACK).seq(next).ack(expected).win(WINDOW).absolute();
        }
    }

    private Flooder(final TunDevice device, final long seed) {
        this.device = device;
        random = new Random(seed);
    }

    /** The words that start it; the seed is that of what is left to chance. */
    static String[] command(final long seed) {
        return new String[] {
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens",
            "java.base/jdk.internal.misc=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Flooder.class.getName(),
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
            final Flooder flooder = new Flooder(device, Long.parseLong(args[0]));
            flooder.open(flooder.discard);
            flooder.open(flooder.chargen);
            System.err.println("flooding");
            while (System.in.available() == 0 && flooder.sent < MOST_PACKETS) {
                flooder.round();
            }
            System.out.println(flooder.sent);
        }
    }

    private void open(final Victim victim) {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!victim.open) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("no SYN-ACK from " + victim.ends);
            }
            send(
                    victim.ends,
                    Segment.of(SYN).seq(0).win(WINDOW).mss(1_460).sackOk().absolute());
            device.await(PATIENCE_NS / 100);
            device.receive(reader, PER_ROUND);
        }
        send(victim.ends, victim.ack());
    }

    private void round() {
        for (int i = 0; i < PER_ROUND; i++) {
            harm(sent % KINDS);
        }
        device.receive(reader, PER_ROUND);
    }

    private void harm(final int kind) {
        switch (kind) {
            case 0 ->
                send(
                        anybody(),
                        Segment.of(SYN)
                                .seq(random.nextInt())
                                .win(WINDOW)
                                .mss(1_460)
                                .absolute());
            case 1 -> {
                send(discard.ends, discard.ack().text(BYTE));
                discard.next++;
            }
            case 2 -> {
                final int gap = 2 + random.nextInt(WINDOW / 2);
                send(discard.ends, discard.ack().seq(discard.next + gap).text(BYTE));
            }
            case 3 -> {
                chargen.expected = chargen.highest;
                send(chargen.ends, chargen.ack().win(1 + random.nextInt(3_000)));
            }
            default -> {
                final Segment ack = chargen.ack();
                for (int i = 0; i < 3; i++) {
                    final int left = chargen.expected + 1 + random.nextInt(WINDOW);
                    ack.sack(left, left + 1 + random.nextInt(100));
                }
                send(chargen.ends, ack);
            }
        }
    }

    private Endpoints anybody() {
        final IpAddress source = IpAddress.parse("10.99.0." + (3 + random.nextInt(250)));
        return new Endpoints(source, 1_024 + random.nextInt(60_000), CULVERT, ECHO);
    }

    private void send(final Endpoints ends, final Segment segment) {
        final byte[] bytes = PacketEncoder.tcp(ends, segment);
        packet.clear().header.putBytes(0, bytes);
        packet.headerLength = bytes.length;
        device.transmit(packet);
        sent++;
    }

    private void read(final UnsafeBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        if (bytes[0] >>> 4 != 4 || !PacketDecoder.isTcp(bytes)) {
            return;
        }
        final PacketDecoder.Decoded decoded = PacketDecoder.tcp(bytes);
        for (final Victim victim : List.of(discard, chargen)) {
            if (decoded.ends().equals(victim.ends.reversed())) {
                read(victim, decoded.segment());
            }
        }
    }

    private static void read(final Victim victim, final Segment segment) {
        if (!victim.open && segment.has(SYN)) {
            victim.open = true;
            victim.expected = segment.seq + 1;
            victim.highest = victim.expected;
        } else if (segment.seq - victim.highest >= 0) {
            victim.highest = segment.seq + segment.len;
        }
    }
}
