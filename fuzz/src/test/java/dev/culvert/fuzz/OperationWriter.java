package dev.culvert.fuzz;

import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.packetdrill.ScriptResult;
import dev.culvert.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Says in the operations of {@link SegmentsTarget} what happened while a script was played; the numbers are the target's own. */
final class OperationWriter {
    private static final IpAddress PEER = IpAddress.parse("192.0.2.1");

    private final ByteArrayOutputStream operations = new ByteArrayOutputStream();
    private boolean opened;
    private boolean accepted;

    private OperationWriter() {}

    static byte[] of(final ScriptResult played) {
        final OperationWriter writer = new OperationWriter();
        writer.write(0); // the configuration
        final List<byte[]> packets = played.packets();
        for (int i = 0; i < packets.size(); i++) {
            writer.pass(
                    i == 0
                            ? 0
                            : played.packetTimesUs().get(i)
                                    - played.packetTimesUs().get(i - 1));
            final PacketDecoder.Decoded packet = PacketDecoder.headerOnly(packets.get(i), packets.get(i).length);
            if (packet != null && packet.ends().source().equals(PEER)) {
                writer.in(packet.segment());
            } else if (packet != null) {
                writer.out(packet.segment());
            }
        }
        return writer.operations.toByteArray();
    }

    private void pass(final long us) {
        final long ms = us / 1000;
        if (ms > 255) {
            write(13, (int) Math.min(255, (ms + 999) / 1000));
        } else if (ms > 0) {
            write(11, (int) ms);
        }
    }

    private void in(final Segment segment) {
        if (segment.has(Segment.SYN)) {
            write(24, 0, segment.has(Segment.ACK) ? 1 : 0);
            write((segment.mss >= 0 ? 1 : 0)
                    | (segment.wscale >= 0 ? 2 : 0)
                    | (segment.sackOk ? 4 : 0)
                    | (segment.ts ? 8 : 0));
            if (segment.mss >= 0) {
                write(segment.mss >>> 8, segment.mss);
            }
            if (segment.wscale >= 0) {
                write(segment.wscale);
            }
            write(0);
        } else if (segment.has(Segment.RST)) {
            write(24, 3, segment.has(Segment.ACK) ? 1 : 0, 0);
        } else if (segment.has(Segment.FIN)) {
            write(24, 2, 0);
        } else if (segment.len > 0) {
            write(18, segment.len >>> 8, segment.len, 4, segment.len >>> 8, segment.len);
        } else {
            write(21);
        }
        if (!opened && !accepted && !segment.has(Segment.SYN)) {
            write(1);
            accepted = true;
        }
    }

    private void out(final Segment segment) {
        if (segment.has(Segment.SYN) && !segment.has(Segment.ACK) && !opened) {
            opened = true;
            write(0);
        } else if (segment.has(Segment.FIN)) {
            write(6);
        } else if (segment.len > 0) {
            write(2, segment.len >>> 8, segment.len);
        }
    }

    private void write(final int... bytes) {
        for (final int value : bytes) {
            operations.write(value);
        }
    }
}
