package dev.culvert.kit.explore;

import dev.culvert.kit.explore.Transition.Note;
import dev.culvert.kit.explore.Wire.Fate;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.packet.SegmentText;
import dev.culvert.kit.sim.LinkObserver;
import java.util.Iterator;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes a path down, line by line, and shows its packets to an observer: end 0 is host a, end 1 host b. */
final class Story {
    private final StringBuilder text = new StringBuilder();
    private final LinkObserver packets;
    private final int[] iss = new int[2];
    private long nowNs;

    Story(final LinkObserver packets) {
        this.packets = packets;
    }

    /** The next thing that happens. */
    void tell(final Happening happening) {
        final Iterator<Fate> fates = happening.fates().iterator();
        for (final Transition transition : happening.transitions()) {
            tell(transition);
            for (final Note note : transition.notes()) {
                if (note.packet() == null) {
                    line(transition, "is in  " + note.state());
                } else {
                    sends(transition, note.packet().sent(), fates.hasNext() ? fates.next() : Fate.ARRIVES);
                }
            }
        }
    }

    private void tell(final Transition transition) {
        final int host = transition.before().number;
        final Event event = transition.event();
        switch (event.what()) {
            case ARRIVES -> {
                line(transition, "gets   " + segment(1 - host, event.packet()));
                show(host, false, event.packet());
            }
            case STEP -> line(transition, "calls  " + transition.step());
            case WAITS -> {
                if (host == 0) {
                    text.append(String.format(Locale.ROOT, "       both wait %.3f s%n", event.ns() / 1e9));
                }
            }
        }
    }

    private void sends(final Transition transition, final byte[] packet, final Fate fate) {
        final int host = transition.before().number;
        final Segment segment = PacketDecoder.tcp(packet).segment();
        if (segment.has(Segment.SYN)) {
            iss[host] = segment.seq;
        }
        final String end = switch (fate) {
            case ARRIVES -> "";
            case LOST -> "   (lost)";
            case TWICE -> "   (twice)";
        };
        line(transition, "sends  " + segment(host, packet) + end);
        show(host, true, packet);
    }

    private void show(final int host, final boolean out, final byte[] packet) {
        packets.onPacket(host, out, new UnsafeBuffer(packet.clone()), packet.length, nowNs);
    }

    private void line(final Transition transition, final String what) {
        nowNs = Math.max(nowNs, transition.nowNs());
        final HostState host = transition.before();
        text.append(String.format(Locale.ROOT, "%10.3f %s %s%n", transition.nowNs() / 1e9, host.name, what));
    }

    private String segment(final int from, final byte[] packet) {
        final Segment segment = PacketDecoder.tcp(packet).segment();
        return SegmentText.of(segment, iss[from], iss[1 - from]);
    }

    /** Everything, with this as its last line. */
    String end(final String last) {
        return text + last + "\n";
    }
}
