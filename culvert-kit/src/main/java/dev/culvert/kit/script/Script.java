package dev.culvert.kit.script;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.packet.SegmentText;
import dev.culvert.tcp.TcpState;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A packet script: the test plays the peer and the application of one connection against a real stack under virtual time.
 *
 * <pre>{@code
 * final Script tcp = given(ESTABLISHED);
 * tcp.inject(data(1000).seq(1).ack(1));
 * tcp.expect(ack().seq(1).ack(1001));
 * tcp.receive(1000);
 * }</pre>
 *
 * <p>Sequence numbers are relative to the initial ones, as in packetdrill. A packet is expected at the very instant that the
 * script has reached; {@link #expectAfter} and {@link #expectWithin} move time themselves. Every segment that the stack sends
 * is also held against {@link WireLaws}. A failure prints the script so far in packetdrill's language. Single-threaded.
 */
public final class Script extends ScriptApplication {
    private final WireLaws laws;
    private Segment last;
    private byte[] lastPacket = new byte[0];

    Script(final Setup setup, final long startNs) {
        super(setup, startNs);
        laws = new WireLaws(setup.ipMss(), localText);
    }

    @Override
    Script self() {
        return this;
    }

    /** A script whose beginning can be chosen. */
    public static Setup setup(final UnaryOperator<Setup> change) {
        return change.apply(new Setup());
    }

    /** A script that begins with a plain IPv4 connection in this state. */
    public static Script given(final TcpState state) {
        return new Setup().given(state);
    }

    // ------------------------------------------------------------------ numbers

    /** Names the stack's numbers: what it sends next is {@code nxt}, and {@code nxt - una} bytes of it are not acknowledged. */
    public Script snd(final int una, final int nxt) {
        peer.renameLocal(una);
        if (nxt != una) {
            send(nxt - una);
            takeAll();
        }
        return this;
    }

    /** Names the peer's numbers: what it sends next is {@code nxt}. */
    public Script rcv(final int nxt) {
        peer.renamePeer(nxt);
        return this;
    }

    /** Names the peer's numbers and fills the receive buffer until just {@code wnd} bytes of window are left. */
    public Script rcv(final int nxt, final int wnd) {
        for (int surplus = window() - wnd; surplus > 0; surplus = window() - wnd) {
            inject(Segments.data(Math.min(surplus, 1_000)));
            takeAll();
        }
        return rcv(nxt);
    }

    /** The window that the stack has advertised and the peer has not used, in bytes. */
    public int window() {
        return peer.rightEdge() - peer.peerNxt();
    }

    /** First number right of the window that the stack has advertised. */
    public int rightEdge() {
        return peer.rightEdge();
    }

    /** The stack's initial sequence number on the wire. */
    public int iss() {
        return peer.iss();
    }

    /** What the stack would send next. */
    public int localNxt() {
        return peer.localNxt();
    }

    /** The peer's sequence number on the wire that the script calls 0. */
    public int peerBase() {
        return peer.peerBase();
    }

    /** What the peer would send next. */
    public int peerNxt() {
        return peer.peerNxt();
    }

    /** The TSval that the peer's segments carry now unless they say otherwise. */
    public int peerTsVal() {
        return PeerView.defaultTsVal(stack.elapsedNs());
    }

    // ------------------------------------------------------------------ packets in

    /** Lets segments arrive, together in one batch. Open fields: next number, everything acknowledged, window of the set-up. */
    public Script inject(final Segment... segments) {
        final byte[][] packets = new byte[segments.length][];
        boolean onlyResets = true;
        for (int i = 0; i < segments.length; i++) {
            final Segment wire = peer.toWire(segments[i], stack.elapsedNs(), peerText);
            transcript.in(stack.nowNs(), wire);
            packets[i] = PacketEncoder.tcp(inbound, wire);
            if (!wire.badChecksum && wire.dataOffset == null) {
                peer.injected(wire);
                laws.received(wire);
            }
            onlyResets &= wire.has(Segment.RST);
        }
        final int before = stack.sent().size();
        stack.inject(packets);
        if (onlyResets) {
            noResetForReset(before);
        }
        return this;
    }

    /**
     * Lets a segment arrive as a super-segment of wire segments with so much text each. Its checksum is the device's affair and
     * wrong here.
     */
    public Script injectLarge(final int segmentSize, final Segment segment) {
        final Segment wire = peer.toWire(segment, stack.elapsedNs(), peerText);
        transcript.in(stack.nowNs(), wire);
        peer.injected(wire);
        laws.received(wire);
        final byte[] packet = PacketEncoder.tcp(inbound, wire);
        final int checksum = (inbound.source().isV4() ? 20 : 40) + 16;
        packet[checksum] ^= (byte) 0x55;
        stack.injectLarge(packet, segmentSize);
        return this;
    }

    /** Lets raw bytes arrive as one packet. */
    public Script injectPacket(final byte[] packet) {
        transcript.line(stack.nowNs(), "< " + packet.length + " raw bytes");
        stack.inject(packet);
        return this;
    }

    /** The bytes of a segment as {@link #inject} would let it arrive, to be spoilt and injected as a packet. */
    public byte[] encode(final Segment segment) {
        return PacketEncoder.tcp(inbound, peer.toWire(segment, stack.elapsedNs(), peerText));
    }

    /** An ICMP or ICMPv6 error arrives that quotes the packet which the script took last. */
    public Script injectIcmpError(final int type, final int code, final int rest) {
        return injectIcmpError(type, code, rest, lastPacket);
    }

    /** An ICMP or ICMPv6 error arrives that quotes these bytes. */
    public Script injectIcmpError(final int type, final int code, final int rest, final byte[] quoted) {
        transcript.line(stack.nowNs(), "< icmp type " + type + " code " + code + " rest " + rest);
        stack.inject(PacketEncoder.icmpError(inbound, type, code, rest, quoted));
        return this;
    }

    /** From now on the peer sends from another port: another connection. */
    public Script peerPort(final int port) {
        inbound = new Endpoints(inbound.source(), port, inbound.destination(), inbound.destinationPort());
        return this;
    }

    private void noResetForReset(final int before) {
        stack.sent().stream()
                .skip(before)
                .filter(p -> PacketDecoder.isTcp(p.bytes()))
                .forEach(p -> {
                    if (PacketDecoder.tcp(p.bytes()).segment().has(Segment.RST)) {
                        throw fail(
                                "a reset is never answered by a reset (RFC 9293 §3.5.2)",
                                List.of(transcript.text(p.bytes())));
                    }
                });
    }

    // ------------------------------------------------------------------ packets out

    /** The stack has sent these segments, in this order, at this instant. */
    public Script expect(final Segment... segments) {
        for (final Segment expected : segments) {
            final VirtualStack.Sent packet = stack.sent().poll();
            if (packet == null) {
                throw fail("expected  > " + expected, List.of("the stack has sent nothing"));
            }
            if (packet.timeNs() != stack.nowNs()) {
                throw fail(
                        "expected  > " + expected,
                        List.of(
                                "got       > " + transcript.text(packet.bytes()),
                                "but " + (stack.nowNs() - packet.timeNs()) / 1e6 + " ms ago"));
            }
            compare(expected, take(packet));
        }
        return this;
    }

    /** The stack sends nothing for exactly this long, then these segments. */
    public Script expectAfter(final long ns, final Segment... segments) {
        final long due = stack.nowNs() + ns;
        expectNothing();
        if (!stack.runUntilSent(due)) {
            throw fail("expected  > " + segments[0], List.of("the stack has sent nothing for " + ns / 1e6 + " ms"));
        }
        if (stack.nowNs() != due) {
            throw fail(
                    "expected after " + ns / 1e6 + " ms  > " + segments[0],
                    List.of(
                            "got       > " + transcript.text(stack.sent().peek().bytes()),
                            "but " + (due - stack.nowNs()) / 1e6 + " ms too early"));
        }
        return expect(segments);
    }

    /** The stack's next segments come within this time. */
    public Script expectWithin(final long ns, final Segment... segments) {
        if (!stack.runUntilSent(stack.nowNs() + ns)) {
            throw fail("expected  > " + segments[0], List.of("the stack has sent nothing for " + ns / 1e6 + " ms"));
        }
        return expect(segments);
    }

    /** The stack has sent nothing that this script has not taken. */
    public Script expectNothing() {
        final VirtualStack.Sent packet = stack.sent().peek();
        if (packet != null) {
            throw fail("expected nothing", List.of("got       > " + transcript.text(packet.bytes())));
        }
        return this;
    }

    /** The stack sends nothing for this long. */
    public Script expectNothingFor(final long ns) {
        return expectNothing().advance(ns).expectNothing();
    }

    /** The segment that was taken last, in wire numbers. */
    public Segment last() {
        return last;
    }

    /** The packet that was taken last, as it stood on the wire. */
    public byte[] lastPacket() {
        return lastPacket.clone();
    }

    /** Takes whatever the stack has sent so far, without comparing it. */
    public Script takeAll() {
        while (!stack.sent().isEmpty()) {
            take(stack.sent().poll());
        }
        return this;
    }

    /** Passes over whatever the stack has sent so far, also to others than the script's peer, without judging it. */
    public Script discardSent() {
        while (!stack.sent().isEmpty()) {
            final PacketDecoder.Decoded decoded = decode(stack.sent().poll());
            if (decoded.ends().equals(inbound.reversed())) {
                peer.sent(decoded.segment());
            }
        }
        return this;
    }

    /** As {@link #takeAll}; how many there were. */
    public int takeAllAndCount() {
        final int count = stack.sent().size();
        takeAll();
        return count;
    }

    private Segment take(final VirtualStack.Sent packet) {
        lastPacket = packet.bytes();
        transcript.out(packet);
        final PacketDecoder.Decoded decoded = decode(packet);
        if (!decoded.ends().equals(inbound.reversed())) {
            throw fail("the packet is addressed " + decoded.ends(), List.of("expected " + inbound.reversed()));
        }
        last = decoded.segment();
        peer.sent(last);
        final List<String> broken = laws.sent(last, packet.timeNs());
        if (!broken.isEmpty()) {
            throw fail("no TCP may send  > " + peer.text(last), broken);
        }
        return last;
    }

    private PacketDecoder.Decoded decode(final VirtualStack.Sent packet) {
        try {
            return PacketDecoder.tcp(packet.bytes());
        } catch (final PacketDecoder.BadPacket bad) {
            throw fail("the stack has sent a malformed packet", List.of(bad.getMessage()));
        }
    }

    private void compare(final Segment expected, final Segment actual) {
        final List<String> differences = Matcher.differences(expected, actual, peer);
        if (!differences.isEmpty()) {
            final String got = expected.absolute ? SegmentText.of(actual, 0, 0) : peer.text(actual);
            throw fail("expected  > " + expected + "\ngot       > " + got, differences);
        }
    }

    // ------------------------------------------------------------------ time

    /** Moves virtual time; every timer on the way fires at its own deadline. */
    public Script advance(final long ns) {
        stack.advanceTo(stack.nowNs() + ns);
        return this;
    }

    /** Virtual time since the script began, in ns. */
    public long elapsedNs() {
        return stack.elapsedNs();
    }

    /**
     * Ends the script: whatever is open is aborted, time runs until nothing can happen any more, and then no connection, row,
     * timer or buffer may be left.
     */
    public void finish() {
        if (connIsOpen) {
            abort();
        }
        if (listener > 0) {
            closeListener();
        }
        stack.advanceTo(stack.nowNs() + Segments.seconds(7_200));
        stack.sent().clear();
        must(shard().connectionCount() == 0, shard().connectionCount() + " connections are left at the end");
        must(shard().halfOpenCount() == 0, shard().halfOpenCount() + " half-open rows are left at the end");
        must(shard().timeWaitCount() == 0, shard().timeWaitCount() + " TIME-WAIT rows are left at the end");
        must(shard().nextDeadlineNs() == Long.MAX_VALUE, "a timer is left at the end");
        must(shard().buffersInUse() == 0, shard().buffersInUse() + " buffers are left at the end");
    }

    // ------------------------------------------------------------------ failures

    @Override
    ScriptFailure fail(final String what, final List<String> details) {
        final StringBuilder text = new StringBuilder(what).append('\n');
        details.forEach(line -> text.append("  ").append(line).append('\n'));
        text.append("after (seed ")
                .append(setup.seed)
                .append(setup.v6 ? ", IPv6" : ", IPv4")
                .append("):\n");
        text.append(transcript.text(stack.nowNs() - stack.elapsedNs()));
        stack.sent()
                .forEach(p -> text.append("not taken yet: > ")
                        .append(transcript.text(p.bytes()))
                        .append('\n'));
        return new ScriptFailure(text.toString());
    }
}
