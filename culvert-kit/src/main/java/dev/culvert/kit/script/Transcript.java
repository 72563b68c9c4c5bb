package dev.culvert.kit.script;

import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.packet.SegmentText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What has happened, as lines of a packet script that packetdrill can replay against Linux. */
final class Transcript {
    private record Line(long timeNs, Supplier<String> text) {}

    private final List<Line> lines = new ArrayList<>();
    private final PeerView peer;

    Transcript(final PeerView peer) {
        this.peer = peer;
    }

    /** A packet to the stack; sequence numbers absolute. */
    void in(final long timeNs, final Segment segment) {
        lines.add(new Line(timeNs, () -> "< " + SegmentText.of(segment, peer.peerBase(), peer.localBase())));
    }

    /** A packet from the stack. */
    void out(final VirtualStack.Sent packet) {
        lines.add(new Line(packet.timeNs(), () -> "> " + text(packet.bytes())));
    }

    /** A call or a remark. */
    void line(final long timeNs, final String text) {
        lines.add(new Line(timeNs, () -> text));
    }

    /** A packet of the stack in the script's numbers. */
    String text(final byte[] packet) {
        if (!PacketDecoder.isTcp(packet)) {
            return "protocol " + PacketDecoder.protocol(packet) + ", " + packet.length + " bytes";
        }
        try {
            return SegmentText.of(PacketDecoder.tcp(packet).segment(), peer.localBase(), peer.peerBase());
        } catch (final PacketDecoder.BadPacket bad) {
            return "malformed: " + bad.getMessage();
        }
    }

    String text(final long startNs) {
        final StringBuilder text = new StringBuilder();
        long last = startNs;
        for (final Line line : lines) {
            final String after = String.format(Locale.ROOT, "%+.6f", (line.timeNs - last) / 1e9);
            text.append(after.replaceFirst("\\.?0+$", ""))
                    .append(' ')
                    .append(line.text.get())
                    .append('\n');
            last = line.timeNs;
        }
        return text.toString();
    }
}
