package dev.culvert.kit.peer;

import static dev.culvert.kit.packet.Segment.ACK;
import static dev.culvert.kit.packet.Segment.RST;
import static dev.culvert.kit.packet.Segment.SYN;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.wire.IpAddress;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A peer that does one kind of harm with small IPv4 packets, over any link: it opens a connection, which it then misuses; the SYNs
 * of {@link Flood#SYNS} come from everywhere in its network and need none. Text is sent to a port that takes it, and
 * acknowledgements to one that sends for ever. Single-threaded.
 */
public final class Flooder {
    private static final int WINDOW = 30_000;
    private static final int MSS = 1_460;
    private static final int MOST_TINY = 3_000;
    private static final int BLOCKS = 3;
    private static final int LONGEST_BLOCK = 100;
    private static final int SACKS_PER_ACK = 64;
    private static final int HOSTS = 250;
    private static final int FIRST_HOST = 3;
    private static final byte[] BYTE = {'x'};

    private final Flood kind;
    private final Endpoints ends;
    private final Random random;
    private final Consumer<byte[]> link;
    private Endpoints aim;
    private int next = 1;
    private int expected;
    private int highest;
    private int acknowledged = 1;
    private boolean open;
    private int sent;

    /**
     * A peer that has no connection yet.
     *
     * @param ends from this peer to a port of the stack; SYNs come from other hosts of the same 24 bits
     * @param random where what is left to chance comes from
     * @param link takes IP packets
     */
    public Flooder(final Flood kind, final Endpoints ends, final Random random, final Consumer<byte[]> link) {
        this.kind = kind;
        this.ends = ends;
        aim = ends;
        this.random = random;
        this.link = link;
        open = kind == Flood.NONE || kind == Flood.SYNS;
    }

    /** The harm that it does is for another address from now on. */
    public void divert(final IpAddress target) {
        aim = new Endpoints(ends.source(), ends.sourcePort(), target, ends.destinationPort());
    }

    /** Asks for the connection, once more when there was no answer. */
    public void open() {
        send(ends, Segment.of(SYN).seq(0).win(WINDOW).mss(MSS).sackOk());
    }

    /** Whether there is all that it takes to do harm. */
    public boolean isOpen() {
        return open;
    }

    /** Resets the connection. */
    public void close() {
        send(ends, Segment.of(RST).seq(acknowledged));
    }

    /** A packet has come over the link; it may be somebody else's. */
    public void onPacket(final byte[] packet) {
        if (packet[0] >>> 4 != 4 || !PacketDecoder.isTcp(packet)) {
            return;
        }
        final PacketDecoder.Decoded decoded = PacketDecoder.tcp(packet);
        if (!decoded.ends().equals(ends.reversed())) {
            return;
        }
        final Segment segment = decoded.segment();
        if (!open && segment.has(SYN)) {
            open = true;
            expected = segment.seq + 1;
            highest = expected;
            send(ends, ack());
        } else if (segment.seq - highest >= 0) {
            highest = segment.seq + segment.len;
        }
        acknowledged = segment.has(ACK) ? segment.ack : acknowledged;
    }

    /** Sends one packet of its kind. */
    public void harm() {
        sent++;
        switch (kind) {
            case NONE -> {}
            case SYNS ->
                send(
                        anybody(),
                        Segment.of(SYN).seq(random.nextInt()).win(WINDOW).mss(MSS));
            case SMALL_SEGMENTS -> {
                send(ack().text(BYTE));
                next++;
            }
            case GAPS -> send(ack().seq(next + 1 + random.nextInt(WINDOW)).text(BYTE));
            case BACKWARDS -> send(ack().seq(next + WINDOW - sent % WINDOW).text(BYTE));
            case TINY_WINDOWS -> {
                expected = highest;
                send(ack().win(1 + random.nextInt(MOST_TINY)));
            }
            case SACKS -> send(sack());
        }
    }

    private Segment ack() {
        return Segment.of(ACK).seq(next).ack(expected).win(WINDOW);
    }

    /** Blocks all over the window; now and then everything is acknowledged, so that there is always something to report about. */
    private Segment sack() {
        if (sent % SACKS_PER_ACK == 0) {
            expected = highest;
            return ack();
        }
        final Segment ack = ack();
        for (int i = 0; i < BLOCKS; i++) {
            final int left = expected + 1 + random.nextInt(WINDOW);
            ack.sack(left, left + 1 + random.nextInt(LONGEST_BLOCK));
        }
        return ack;
    }

    private Endpoints anybody() {
        final byte[] host = ends.source().toBytes();
        host[host.length - 1] = (byte) (FIRST_HOST + random.nextInt(HOSTS));
        return new Endpoints(
                IpAddress.of(host), 1_024 + random.nextInt(60_000), aim.destination(), aim.destinationPort());
    }

    private void send(final Segment segment) {
        send(aim, segment);
    }

    private void send(final Endpoints way, final Segment segment) {
        link.accept(PacketEncoder.tcp(way, segment.absolute()));
    }
}
