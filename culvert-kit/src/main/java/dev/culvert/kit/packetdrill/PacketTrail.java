package dev.culvert.kit.packetdrill;

import dev.culvert.kit.packet.Endpoints;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** What one stack sent in a script, each packet as words that do not depend on random numbers. */
final class PacketTrail {
    /**
     * One packet.
     *
     * @param values a word for every field that is compared
     * @param text the packet in short
     */
    record Fields(List<String> values, String text) {}

    /** How far TSval may be from the time that has passed, in ms: the machine may be busy when a packet is noted. */
    private static final long CLOCK_SLACK_MS = 1_000;

    /** Numbers that the two ends of a connection chose at random. */
    private static final class Bases {
        private Integer isn;
        private Integer firstTsVal;
        private long firstTsUs;
    }

    private final List<Fields> sent = new ArrayList<>();
    private final Map<Endpoints, Bases> bases = new HashMap<>();

    PacketTrail(final ScriptResult result) {
        for (int i = 0; i < result.packets().size(); i++) {
            final LivePacket packet = new LivePacket(
                    result.packetTimesUs().get(i), result.packets().get(i));
            if (packet.isTcp() && packet.fault() == null) {
                learn(packet);
            }
            if (result.packetsOut().get(i)) {
                final boolean more =
                        i + 1 < result.packets().size() && result.packetsOut().get(i + 1);
                sent.add(packet.isTcp() && packet.fault() == null ? tcp(packet, more) : other(packet));
            }
        }
    }

    int size() {
        return sent.size();
    }

    Fields get(final int index) {
        return sent.get(index);
    }

    private static Endpoints ends(final LivePacket packet) {
        return new Endpoints(packet.source, packet.sourcePort(), packet.destination, packet.destinationPort());
    }

    private Bases of(final Endpoints ends) {
        return bases.computeIfAbsent(ends, unknown -> new Bases());
    }

    private void learn(final LivePacket packet) {
        final Bases own = of(ends(packet));
        if (packet.has(Wire.SYN)) {
            own.isn = packet.seq();
        }
        final Integer val = timestamp(packet, 0);
        if (val != null && (own.firstTsVal == null || packet.has(Wire.SYN))) {
            own.firstTsVal = val;
            own.firstTsUs = packet.timeUs;
        }
    }

    /** {@code more}: the stack sends on, so a PSH here says only how it cuts its bursts. */
    private Fields tcp(final LivePacket packet, final boolean more) {
        final Bases own = of(ends(packet));
        final Bases peer = of(ends(packet).reversed());
        final int seq = packet.seq() - base(own.isn);
        final String range =
                (packet.seq() == 0 ? "absolute 0" : Integer.toUnsignedString(seq)) + "(" + packet.textLength() + ")";
        final List<String> values = new ArrayList<>();
        values.add("flags " + Wire.letters(more ? packet.flags() & ~Wire.PSH : packet.flags()));
        values.add("seq " + range);
        values.add("ack " + (packet.has(Wire.ACK) ? Integer.toUnsignedString(packet.ack() - base(peer.isn)) : "none"));
        values.add("win " + window(packet));
        values.add("urg " + packet.urgent());
        values.add("options " + options(packet, own, peer));
        values.add("ttl " + packet.ttl);
        values.add("tos " + packet.tos);
        if (!packet.v6) {
            values.add("DF " + ((packet.bytes[6] & 0x40) != 0));
        }
        return new Fields(values, values.get(0).substring(6) + " " + range + " " + values.get(2));
    }

    /** How much buffer is offered follows from each stack's memory; that it is offered, or is not, from the script. */
    private static String window(final LivePacket packet) {
        return packet.has(Wire.SYN) || packet.win() == 0 ? Integer.toString(packet.win()) : "open";
    }

    private static int base(final Integer isn) {
        return isn == null ? 0 : isn;
    }

    private static Integer timestamp(final LivePacket packet, final int at) {
        for (final TcpOption option : packet.options()) {
            if (option.kind() == TcpOption.TIMESTAMPS && option.data().length == 8) {
                return ByteBuffer.wrap(option.data()).getInt(at);
            }
        }
        return null;
    }

    private static String options(final LivePacket packet, final Bases own, final Bases peer) {
        final StringBuilder text = new StringBuilder();
        for (final TcpOption option : packet.options()) {
            text.append(text.length() == 0 ? "" : ",");
            final ByteBuffer data = ByteBuffer.wrap(option.data());
            text.append(
                    switch (option.kind()) {
                        case TcpOption.TIMESTAMPS -> timestamps(packet, data, own, peer);
                        case TcpOption.SACK -> blocks(data, base(peer.isn));
                        case TcpOption.FAST_OPEN -> "FO " + data.remaining();
                        default ->
                            "kind " + option.kind() + " " + HexFormat.of().formatHex(option.data());
                    });
        }
        return text.toString();
    }

    /** TSval in words: whether it has gone on with the clock since the first one. */
    private static String timestamps(
            final LivePacket packet, final ByteBuffer data, final Bases own, final Bases peer) {
        final int ticks = data.getInt(0) - base(own.firstTsVal);
        final long elapsedMs = (packet.timeUs - own.firstTsUs) / 1_000;
        final String val = Math.abs(ticks - elapsedMs) <= CLOCK_SLACK_MS ? "as time" : Integer.toString(ticks);
        return "TS val " + val + " ecr " + Integer.toUnsignedString(data.getInt(4) - base(peer.firstTsVal));
    }

    private static String blocks(final ByteBuffer data, final int base) {
        final StringBuilder text = new StringBuilder("sack");
        while (data.remaining() >= 8) {
            text.append(' ').append(data.getInt() - base).append(':').append(data.getInt() - base);
        }
        return text.toString();
    }

    private static Fields other(final LivePacket packet) {
        final List<String> values = new ArrayList<>();
        values.add("protocol " + packet.protocol);
        if (packet.isIcmp()) {
            values.add("type " + packet.icmpType());
            values.add("code " + packet.icmpCode());
        }
        values.add("length " + packet.bytes.length);
        values.add("ttl " + packet.ttl);
        return new Fields(values, String.join(" ", values));
    }
}
