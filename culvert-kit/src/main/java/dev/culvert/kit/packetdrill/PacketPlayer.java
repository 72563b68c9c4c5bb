package dev.culvert.kit.packetdrill;

import dev.culvert.kit.packet.Endpoints;
import java.util.List;

/** Lets the packets of a script arrive and waits for those that it expects. */
final class PacketPlayer {
    /** How much longer than a script allows we look for a packet that is late, so that the message can tell when it came. */
    private static final long LATE_US = 5_000_000;
    /** How long {@code *} waits. */
    private static final long ANY_TIME_US = 3_600_000_000L;
    /** The same where a second takes a second. */
    private static final long ANY_REAL_TIME_US = 150_000_000L;

    private final ScriptWorld world;
    private final EventClock clock;

    PacketPlayer(final ScriptWorld world, final EventClock clock) {
        this.world = world;
        this.clock = clock;
    }

    // ------------------------------------------------------------------ in

    void arrive(final Event event, final Event.Tcp packet) {
        clock.waitFor(event, "the packet");
        final TcpSpec tcp = packet.tcp();
        final ScriptSocket socket = socketFor(event, tcp, true);
        if (socket.state == ScriptSocket.State.SYNACK_SENT && tcp.has(Wire.ACK)) {
            socket.state = ScriptSocket.State.SYNACK_ACKED;
        } else if (socket.state == ScriptSocket.State.SYN_SENT && tcp.has(Wire.SYN) && tcp.has(Wire.ACK)) {
            socket.state = ScriptSocket.State.SYN_ACKED;
            socket.remoteIsn(tcp.seq());
        } else if (socket.state == ScriptSocket.State.SYN_SENT && tcp.has(Wire.SYN)) {
            socket.remoteIsn(tcp.seq());
        }
        final Endpoints ends = withPorts(socket.ends.reversed(), tcp);
        final byte[] bytes = PacketWriter.tcp(
                ends, packet.ip(), tcp, socket.liveSeq(tcp), socket.liveAck(tcp), socket.liveOptions(tcp));
        world.record.packet(world.nowUs(), bytes, "< " + PacketText.of(tcp));
        world.inject(bytes);
    }

    void arrive(final Event event, final Event.Icmp packet) {
        clock.waitFor(event, "the packet");
        final ScriptSocket socket = world.underTest();
        if (socket == null || socket.ends == null) {
            throw new Mismatch(event.line(), "there is no connection yet that this ICMP message could speak of");
        }
        final byte[] bytes = PacketWriter.icmp(
                socket.ends.reversed(), packet.ip(), packet.icmp(), socket.liveQuotedSeq(packet.icmp()));
        world.record.packet(
                world.nowUs(),
                bytes,
                "< icmp type_" + packet.icmp().type() + " code_" + packet.icmp().code());
        world.inject(bytes);
    }

    private static Endpoints withPorts(final Endpoints ends, final TcpSpec tcp) {
        return new Endpoints(
                ends.source(),
                tcp.sourcePort() == 0 ? ends.sourcePort() : tcp.sourcePort(),
                ends.destination(),
                tcp.destinationPort() == 0 ? ends.destinationPort() : tcp.destinationPort());
    }

    /** The socket that a packet belongs to. A packet to a listener starts a new connection. */
    private ScriptSocket socketFor(final Event event, final TcpSpec tcp, final boolean inbound) {
        final ScriptSocket current = world.underTest();
        if (inbound && (current == null || current.state == ScriptSocket.State.LISTENING)) {
            final ScriptSocket child = world.newSocket();
            child.state = ScriptSocket.State.PACKET_RECEIVED;
            child.remoteIsn(tcp.seq());
            child.ends = new Endpoints(
                    world.settings.local(), world.settings.bindPort(), world.settings.remote(), world.takeRemotePort());
            return child;
        }
        if (!inbound
                && tcp.has(Wire.SYN)
                && !tcp.has(Wire.ACK)
                && current != null
                && current.state == ScriptSocket.State.CONNECTING) {
            current.state = ScriptSocket.State.SYN_SENT;
            current.scriptLocalIsn(tcp.seq());
            return current;
        }
        if (current == null || inbound && current.ends == null) {
            throw new Mismatch(event.line(), "there is no socket that this packet could belong to");
        }
        return current;
    }

    // ------------------------------------------------------------------ out

    void expect(final Event event, final Event.Tcp packet) {
        final TcpSpec expected = packet.tcp();
        final ScriptSocket socket = socketFor(event, expected, false);
        final boolean synAck = expected.has(Wire.SYN) && expected.has(Wire.ACK);
        if (socket.state == ScriptSocket.State.PACKET_RECEIVED && synAck) {
            socket.scriptLocalIsn(expected.seq());
        }
        LivePacket live = next(event, socket, expected);
        final LivePacket first = live;
        TcpSpec actual = learn(socket, expected, live);
        while (!world.settings.strictSegments() && actual.length() < expected.length() && live.textLength() > 0) {
            final LivePacket previous = live;
            live = next(event, socket, expected);
            actual = joined(event, socket, previous, live, actual, expected);
        }
        judge(event, packet, socket, first, actual);
    }

    private TcpSpec learn(final ScriptSocket socket, final TcpSpec expected, final LivePacket live) {
        if (socket.state == ScriptSocket.State.PACKET_RECEIVED && expected.has(Wire.SYN) && expected.has(Wire.ACK)) {
            socket.state = ScriptSocket.State.SYNACK_SENT;
        } else if (expected.has(Wire.SYN) && expected.has(Wire.ACK) && live.has(Wire.SYN) && live.has(Wire.ACK)) {
            socket.reopened(expected, live);
        }
        socket.learnTimestamp(expected, live);
        return socket.inScript(live);
    }

    /** One line stands for several segments if they follow each other, are alike, and all but the last are of one size. */
    private TcpSpec joined(
            final Event event,
            final ScriptSocket socket,
            final LivePacket previous,
            final LivePacket live,
            final TcpSpec sum,
            final TcpSpec expected) {
        final TcpSpec next = socket.inScript(live);
        final int unlike = (previous.flags() ^ live.flags()) & ~(Wire.FIN | Wire.PSH | Wire.CWR);
        final boolean follows = next.seq() == sum.seq() + sum.length();
        final boolean last = sum.length() + next.length() >= expected.length();
        final boolean oneSize = last || next.length() == previous.textLength();
        final boolean alike = unlike == 0 && previous.ack() == live.ack() && previous.win() == live.win();
        if (!follows || !alike || !oneSize) {
            throw new Mismatch(
                    event.line(),
                    "expected " + expected.length() + " bytes, but after " + sum.length()
                            + " came a segment that does not continue them",
                    came(live, socket));
        }
        final int ends = Wire.FIN | Wire.PSH;
        return new TcpSpec(
                sum.flags() & ~ends | next.flags() & ends,
                -1,
                sum.seq(),
                sum.length() + next.length(),
                sum.ack(),
                sum.win(),
                sum.urgent(),
                sum.options(),
                0,
                0);
    }

    private void judge(
            final Event event,
            final Event.Tcp packet,
            final ScriptSocket socket,
            final LivePacket first,
            final TcpSpec actual) {
        final List<String> differences = Differences.of(packet.ip(), packet.tcp(), first, actual, world.settings);
        if (first.v6) {
            final String label = socket.flowLabelDifference(packet.ip().flowLabel(), first.flowLabel);
            if (label != null) {
                differences.add(label);
            }
        }
        if (!first.textIsZero()) {
            differences.add("the text is not what was written");
        }
        final String late = clock.difference(event, first.timeUs, "the packet");
        if (late != null) {
            differences.add(late);
        }
        if (differences.isEmpty()) {
            return;
        }
        final String came = "> " + PacketText.of(actual) + "   at " + When.seconds(first.timeUs);
        final Mismatch mismatch = new Mismatch(event.line(), String.join("; ", differences), came);
        if (!world.settings.packetsMayDiffer()) {
            throw mismatch;
        }
        world.record.add(world.nowUs(), "tolerated: " + mismatch.getMessage());
    }

    /** The next packet of the connection. Packets of others are passed over, as in packetdrill. */
    private LivePacket next(final Event event, final ScriptSocket socket, final TcpSpec expected) {
        final long limitUs = limitUs();
        while (true) {
            final LivePacket live = world.nextPacket(limitUs);
            if (live == null) {
                throw new Mismatch(
                        event.line(), "nothing was sent until " + When.seconds(world.nowUs()) + ": " + expectedTime());
            }
            if (live.fault() != null) {
                throw new Mismatch(event.line(), "the stack sent a broken packet: " + live.fault());
            }
            final boolean ours = belongs(socket, expected, live);
            if (ours && socket.state == ScriptSocket.State.PACKET_RECEIVED && live.has(Wire.SYN)) {
                socket.localIsn(live.seq());
            }
            final String text = PacketText.of(live, socket);
            world.record.packet(live.timeUs, live.bytes, "> " + text);
            if (ours) {
                return live;
            }
        }
    }

    private long limitUs() {
        return clock.latestUs() == Long.MAX_VALUE
                ? world.nowUs() + (world.settings.realTime() ? ANY_REAL_TIME_US : ANY_TIME_US)
                : clock.latestUs() + (world.settings.realTime() ? LATE_US / 5 : LATE_US);
    }

    private String expectedTime() {
        return clock.latestUs() == Long.MAX_VALUE
                ? "the packet could come at any time"
                : "the packet was expected by " + When.seconds(clock.latestUs());
    }

    private boolean belongs(final ScriptSocket socket, final TcpSpec expected, final LivePacket live) {
        if (!live.isTcp()) {
            return false;
        }
        if (expected.sourcePort() != 0 || expected.destinationPort() != 0) {
            return live.sourcePort() == expected.sourcePort() && live.destinationPort() == expected.destinationPort();
        }
        if (socket.state == ScriptSocket.State.SYN_SENT
                && live.has(Wire.SYN)
                && !live.has(Wire.ACK)
                && live.destination.equals(world.settings.remote())
                && live.destinationPort() == world.settings.connectPort()) {
            socket.ends = new Endpoints(live.source, live.sourcePort(), live.destination, live.destinationPort());
            socket.localIsn(live.seq());
        }
        return socket.sent(live);
    }

    private static String came(final LivePacket live, final ScriptSocket socket) {
        return "> " + PacketText.of(live, socket) + "   at " + When.seconds(live.timeUs);
    }

    /** The script is over: what has been sent and was not waited for. */
    void noteUnread() {
        for (LivePacket live = world.takePacket(); live != null; live = world.takePacket()) {
            if (world.underTest() != null && live.isTcp()) {
                world.record.unread("> " + PacketText.of(live, world.underTest()));
            }
        }
    }

    // ------------------------------------------------------------------ ICMP out

    void expect(final Event event, final Event.Icmp packet) {
        final long limitUs = limitUs();
        while (true) {
            final LivePacket live = world.nextPacket(limitUs);
            if (live == null) {
                throw new Mismatch(event.line(), "no ICMP message was sent: " + expectedTime());
            }
            final String text = "> " + PacketText.of(live, world.underTest());
            world.record.packet(live.timeUs, live.bytes, text);
            if (!live.isIcmp()) {
                continue;
            }
            final String late = clock.difference(event, live.timeUs, "the packet");
            final boolean same = live.icmpType() == packet.icmp().type()
                    && live.icmpCode() == packet.icmp().code();
            if (!same || late != null) {
                throw new Mismatch(event.line(), same ? late : "another ICMP message came", text);
            }
            return;
        }
    }
}
