package dev.culvert.kit.posix;

import static dev.culvert.kit.packet.Segment.ACK;
import static dev.culvert.kit.packet.Segment.FIN;
import static dev.culvert.kit.packet.Segment.PSH;
import static dev.culvert.kit.packet.Segment.RST;
import static dev.culvert.kit.packet.Segment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.script.Segments;
import dev.culvert.kit.script.VirtualStack;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** A scripted peer of {@link LinuxSockets}: numbers are relative to both initial ones, segments are written in short. */
final class Remote {
    static final IpAddress LOCAL = IpAddress.parse("192.0.2.1");
    static final IpAddress LOCAL_V6 = IpAddress.parse("2001:db8::1");
    static final IpAddress PEER = IpAddress.parse("198.51.100.7");
    static final IpAddress PEER_V6 = IpAddress.parse("2001:db8:1::7");
    static final int PORT = 8080;
    private static final int IRS = 700_000;

    final LinuxSockets os;
    private final Endpoints towardsUs;
    private int iss;
    Segment last;
    int timestamp = 100;
    boolean timestamps;

    Remote(final LinuxSockets os, final int peerPort) {
        this(os, peerPort, PEER, LOCAL, PORT);
    }

    Remote(
            final LinuxSockets os,
            final int peerPort,
            final IpAddress peer,
            final IpAddress local,
            final int localPort) {
        this.os = os;
        towardsUs = new Endpoints(peer, peerPort, local, localPort);
    }

    static LinuxSockets system() {
        return new LinuxSockets(List.of(LOCAL, LOCAL_V6), 1_500, 42, 1_000_000_000L);
    }

    /** A listening socket on {@link #PORT}; its descriptor. */
    static int listener(final LinuxSockets os) {
        final int fd = ok(os.socket(LinuxConstants.AF_INET, LinuxConstants.SOCK_STREAM, 0));
        assertEquals(0, ok(os.bind(fd, address(IpAddress.ANY_V4, PORT))));
        assertEquals(0, ok(os.listen(fd, 5)));
        return fd;
    }

    static SystemCall.Address address(final IpAddress address, final int port) {
        return SystemCall.Address.of(address.hi(), address.lo(), port);
    }

    /** A listener with this connection on it, accepted; the connection's descriptor. */
    static int accepted(final Remote peer) {
        final int listener = listener(peer.os);
        peer.handshake();
        return ok(peer.os.accept(listener, 0));
    }

    /** The three segments of a passive open. */
    void handshake() {
        in(Segments.syn().seq(0).mss(1_000).sackOk().wscale(7));
        expect("S. 0:0(0) ack 1");
        in(Segments.ack().seq(1).ack(1));
    }

    /** The result of a call that must have ended well. */
    static int ok(final SystemCall call) {
        assertTrue(call.isFinished(), call.name() + " blocks");
        assertTrue(call.result() >= 0, () -> call.name() + " fails with " + LinuxConstants.errorName(call.errno()));
        return (int) call.result();
    }

    /** A call must have failed like this. */
    static void fails(final int errno, final SystemCall call) {
        assertTrue(call.isFinished(), call.name() + " blocks");
        assertEquals(-1, call.result(), call.name());
        assertEquals(LinuxConstants.errorName(errno), LinuxConstants.errorName(call.errno()), call.name());
    }

    /** Lets a segment arrive: numbers are relative, the window is 50,000 unless it says otherwise. */
    void in(final Segment relative) {
        final Segment wire = Segment.of(relative.flags);
        wire.seq = relative.seq + IRS;
        if (relative.ack != null) {
            wire.ack = relative.ack + iss;
        }
        wire.len = relative.len;
        wire.text = relative.text;
        wire.win = relative.win == null ? 50_000 : relative.win;
        wire.mss = relative.mss;
        wire.sackOk = relative.sackOk;
        wire.wscale = relative.wscale;
        wire.urgent = relative.urgent;
        if (relative.sack != null) {
            relative.sack.forEach(block -> wire.sack(block.left() + iss, block.right() + iss));
        }
        if (timestamps) {
            wire.ts(timestamp, last == null || last.tsVal == null ? 0 : last.tsVal);
        }
        os.inject(PacketEncoder.tcp(towardsUs, wire));
    }

    /** Text of the peer's, from its relative number on. */
    void data(final int seq, final String text, final int ack) {
        final byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        in(Segments.data(bytes.length).seq(seq).ack(ack).text(bytes));
    }

    /** The next segment that the stack has sent, in short, such as {@code P. 1:11(10) ack 1}. */
    String out() {
        final VirtualStack.Sent sent = os.takeSent();
        assertNotNull(sent, "the stack has sent nothing");
        last = PacketDecoder.tcp(sent.bytes()).segment();
        if (last.has(SYN)) {
            iss = last.seq;
        }
        return text(last);
    }

    private String text(final Segment segment) {
        final StringBuilder flags = new StringBuilder();
        flags.append(segment.has(SYN) ? "S" : "")
                .append(segment.has(FIN) ? "F" : "")
                .append(segment.has(RST) ? "R" : "")
                .append(segment.has(PSH) ? "P" : "")
                .append(segment.has(Segment.URG) ? "U" : "")
                .append(segment.has(ACK) ? "." : "");
        final int from = segment.seq - iss;
        final String numbers = " " + from + ":" + (from + segment.len) + "(" + segment.len + ")";
        return flags + numbers + (segment.has(ACK) ? " ack " + (segment.ack - IRS) : "");
    }

    void expect(final String... segments) {
        final List<String> came = new ArrayList<>();
        for (int i = 0; i < segments.length; i++) {
            came.add(out());
        }
        assertEquals(List.of(segments), came);
        nothing();
    }

    void nothing() {
        final VirtualStack.Sent sent = os.takeSent();
        assertTrue(
                sent == null,
                () -> "unexpected: " + text(PacketDecoder.tcp(sent.bytes()).segment()));
    }

    void expectAfterMs(final long ms, final String segment) {
        os.advanceTo(os.nowNs() + ms * 1_000_000L - 1);
        nothing();
        os.advanceTo(os.nowNs() + 1);
        expect(segment);
    }
}
