package dev.culvert.kit.explore;

import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.packet.SegmentText;
import dev.culvert.kit.sim.LinkObserver;
import dev.culvert.tcp.TcpState;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes a play down, line by line, and shows its packets to an observer: end 0 is host a, end 1 host b. */
final class Story implements Witness {
    private final StringBuilder text = new StringBuilder();
    private final LinkObserver packets;
    private final int[] iss = new int[2];
    private long nowNs;

    Story(final LinkObserver packets) {
        this.packets = packets;
    }

    @Override
    public void sends(final ExploredHost host, final byte[] packet, final Wire.Fate fate) {
        iss[host.number()] = host.iss();
        final String end = switch (fate) {
            case ARRIVES -> "";
            case LOST -> "   (lost)";
            case TWICE -> "   (twice)";
            case STRAYS -> "   (strays)";
        };
        line(host, "sends  " + segment(host.number(), packet) + end);
        packets.onPacket(host.number(), true, new UnsafeBuffer(packet), packet.length, nowNs);
    }

    @Override
    public void arrives(final ExploredHost host, final byte[] packet) {
        line(host, "gets   " + segment(1 - host.number(), packet));
        packets.onPacket(host.number(), false, new UnsafeBuffer(packet), packet.length, nowNs);
    }

    @Override
    public void takes(final ExploredHost host, final Step step) {
        line(host, "calls  " + step);
    }

    @Override
    public void reaches(final ExploredHost host, final TcpState state) {
        line(host, "is in  " + state);
    }

    @Override
    public void waits(final long ns) {
        text.append(String.format(Locale.ROOT, "       both wait %.3f s%n", ns / 1e9));
    }

    private void line(final ExploredHost host, final String what) {
        nowNs = Math.max(nowNs, host.nowNs());
        text.append(String.format(Locale.ROOT, "%10.3f %s %s%n", host.nowNs() / 1e9, host.name, what));
    }

    private String segment(final int from, final byte[] packet) {
        final Segment segment = PacketDecoder.tcp(packet).segment();
        return SegmentText.of(segment, iss[from], iss[1 - from]);
    }

    /** Everything so far. */
    @Override
    public String toString() {
        return text.toString();
    }
}
