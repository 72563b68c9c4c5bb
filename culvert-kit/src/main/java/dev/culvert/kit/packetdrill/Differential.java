package dev.culvert.kit.packetdrill;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Compares what two stacks sent in the same script, packet by packet and field by field, also in what the script leaves open.
 * Sequence numbers and timestamps are compared relative to the first of their kind. What is each stack's own affair is not
 * compared: ports, IPv4 identifications, IPv6 flow labels, checksums, when exactly a packet left, and what {@code
 * docs/differences-from-linux.md} gives a reason for.
 */
public final class Differential {
    private final List<String> differences = new ArrayList<>();

    private Differential() {}

    /** The differences in words, none where both sent the same in the same order. */
    public static List<String> of(final ScriptResult ours, final ScriptResult kernel) {
        final Differential comparison = new Differential();
        comparison.compare(new PacketTrail(ours), new PacketTrail(kernel));
        return comparison.differences;
    }

    private void compare(final PacketTrail ours, final PacketTrail kernel) {
        final int both = Math.min(ours.size(), kernel.size());
        for (int i = 0; i < both; i++) {
            final PacketTrail.Fields a = ours.get(i);
            final PacketTrail.Fields b = kernel.get(i);
            for (int field = 0; field < a.values().size() || field < b.values().size(); field++) {
                compare(i, a, b, field);
            }
        }
        for (int i = both; i < ours.size(); i++) {
            differences.add(
                    "packet " + (i + 1) + ": only Culvert sent " + ours.get(i).text());
        }
        for (int i = both; i < kernel.size(); i++) {
            differences.add(
                    "packet " + (i + 1) + ": only Linux sent " + kernel.get(i).text());
        }
    }

    private void compare(
            final int packet, final PacketTrail.Fields ours, final PacketTrail.Fields kernel, final int field) {
        final String a = field < ours.values().size() ? ours.values().get(field) : null;
        final String b = field < kernel.values().size() ? kernel.values().get(field) : null;
        if (!Objects.equals(a, b)) {
            differences.add(
                    "packet " + (packet + 1) + ": Culvert " + a + ", Linux " + b + "   (" + kernel.text() + ")");
        }
    }
}
