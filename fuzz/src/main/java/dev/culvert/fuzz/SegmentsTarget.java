package dev.culvert.fuzz;

import dev.culvert.env.Errno;
import dev.culvert.kit.packet.PacketEncoder;

/**
 * A stack with a listener, a few peers and an application, driven by the fuzzer's bytes: segments near the windows of
 * whatever state the connections are in, ICMP errors about them, calls, and time. After every step the laws of {@link
 * FuzzWorld} must hold, and in the end everything can be closed and is freed.
 */
public final class SegmentsTarget {
    private static final int MOST_STEPS = 300;
    private static final long MS = 1_000_000;

    private final Feed feed;
    private final FuzzWorld world;

    private SegmentsTarget(final Feed feed) {
        this.feed = feed;
        world = new FuzzWorld(feed.u8());
    }

    /**
     * Plays one input: the first byte is the configuration, operations with their arguments follow.
     *
     * @throws AssertionError a law is broken
     */
    public static void fuzzerTestOneInput(final byte[] data) {
        new SegmentsTarget(new Feed(data)).play();
    }

    private void play() {
        for (int step = 0; step < MOST_STEPS && !feed.isEmpty(); step++) {
            step(feed.u8());
            world.judge();
        }
        world.end();
    }

    private void step(final int operation) {
        final FuzzPeer peer = world.peer(operation >>> 6);
        switch (operation & 0x1f) {
            case 0 -> world.connect(peer);
            case 1 -> world.accept();
            case 2, 3 -> world.send(feed.below(3000));
            case 4, 5 -> world.receive(feed.below(5000));
            case 6 -> world.shutdownWrite();
            case 7 -> world.close();
            case 8 -> world.abort();
            case 9 -> world.listenAgain();
            case 10 -> world.nextConnection();
            case 11, 12 -> world.passTime(feed.u8() * MS);
            case 13 -> world.passTime(feed.u8() * 1000L * MS);
            case 14, 15 -> world.runUntilSent();
            case 16 -> icmp(peer);
            case 17 -> raw(peer);
            case 18, 19, 20 -> world.inject(peer.goodAnswer(feed.below(1461)));
            case 21, 22 -> world.inject(peer.goodAnswer(0));
            case 23 -> world.inject(peer.segment(feed), peer.segment(feed)); // in one batch
            default -> world.inject(peer.segment(feed));
        }
    }

    /** An error message about a packet that was sent, or about one that never was. */
    private void icmp(final FuzzPeer peer) {
        final byte[] quoted = peer.lastSent().clone();
        final int damage = feed.u8();
        if (damage < quoted.length) {
            quoted[damage] ^= (byte) feed.u8();
        }
        final int type = feed.u8();
        final int code = feed.u8() & 15;
        final int rest = feed.u16();
        world.inject(PacketEncoder.icmpError(peer.inbound(), type, code, rest, quoted));
    }

    /** Any bytes between the addresses of this world. */
    private void raw(final FuzzPeer peer) {
        final byte[] packet = PacketEncoder.icmpError(peer.inbound(), 0, 0, 0, feed.take(feed.u8()));
        packet[peer.inbound().source().isV4() ? 9 : 6] = (byte) feed.u8();
        for (int i = feed.u8() & 3; i > 0; i--) {
            packet[feed.below(packet.length)] = (byte) feed.u8();
        }
        Packets.repair(packet);
        world.inject(packet);
    }

    /** Errors that a call may return to an application that calls in any state. */
    static boolean isExpected(final long result) {
        return result >= 0
                || result == -Errno.EAGAIN
                || result == -Errno.EBADF
                || result == -Errno.EPIPE
                || result == -Errno.ENOTCONN
                || result == -Errno.EINVAL
                || result == -Errno.EISCONN
                || result == -Errno.EADDRINUSE
                || result == -Errno.ENOBUFS
                || result == -Errno.ECONNRESET
                || result == -Errno.ECONNREFUSED
                || result == -Errno.ETIMEDOUT
                || result == -Errno.EHOSTUNREACH
                || result == -Errno.ENETUNREACH
                || result == -Errno.ENOPROTOOPT
                || result == -Errno.EMSGSIZE
                || result == -Errno.EADDRNOTAVAIL
                || result == -Errno.ECONNABORTED;
    }
}
