package dev.culvert.kit.packetdrill;

import java.util.ArrayList;
import java.util.List;

/** Compares what the stack has sent with a line of a script, both in the script's numbers, by packetdrill's rules. */
final class Differences {
    private final List<String> found = new ArrayList<>();

    private Differences() {}

    /**
     * In words; empty where the packet is as expected.
     *
     * @param actual all segments that the line stands for, as one
     */
    static List<String> of(
            final IpSpec ip,
            final TcpSpec expected,
            final LivePacket live,
            final TcpSpec actual,
            final ScriptSettings settings) {
        final Differences differences = new Differences();
        differences.ip(ip, live);
        differences.flags(expected, actual);
        differences.number("sequence number", expected.seq(), actual.seq());
        differences.number("length", expected.length(), actual.length());
        differences.number("acknowledgment number", expected.ack(), actual.ack());
        if (expected.win() >= 0) {
            differences.number("window", expected.win(), actual.win());
        }
        differences.number("urgent pointer", expected.urgent(), actual.urgent());
        if (expected.options() != null) {
            differences.options(expected.options(), actual.options(), settings);
        }
        return differences.found;
    }

    private void ip(final IpSpec expected, final LivePacket live) {
        final int tos = live.tos & expected.tosMask();
        final boolean ok = expected.anyEct() ? tos == 1 || tos == 2 : tos == expected.tos();
        if (expected.tosMask() != 0 && !ok) {
            found.add((expected.tosMask() == 3 ? "ECN bits" : "TOS") + ": expected "
                    + (expected.anyEct() ? "1 or 2" : "0x" + Integer.toHexString(expected.tos())) + ", came 0x"
                    + Integer.toHexString(tos));
        }
        if (expected.ttl() != 0) {
            number("TTL", expected.ttl(), live.ttl);
        }
        number("reserved bits", 0, live.reserved());
    }

    private void flags(final TcpSpec expected, final TcpSpec actual) {
        final int ecn = Wire.ECE | Wire.CWR | Wire.AE;
        final int compared = expected.ace() >= 0 ? ~ecn : -1;
        if (((expected.flags() ^ actual.flags()) & compared) != 0) {
            found.add("flags: expected " + Wire.letters(expected.flags()) + ", came " + Wire.letters(actual.flags()));
        }
        if (expected.ace() >= 0) {
            number("ACE", expected.ace(), Wire.aceOf(actual.flags()));
        }
    }

    private void number(final String name, final int expected, final int actual) {
        if (expected != actual) {
            found.add(name + ": expected " + PacketText.number(expected) + ", came " + PacketText.number(actual));
        }
    }

    private void options(final List<TcpOption> expected, final List<TcpOption> actual, final ScriptSettings settings) {
        boolean same = expected.size() == actual.size();
        for (int i = 0; same && i < expected.size(); i++) {
            same = expected.get(i).isTimestamps() && actual.get(i).isTimestamps()
                    ? sameTimestamps(expected.get(i), actual.get(i), settings)
                    : expected.get(i).sameAs(actual.get(i));
        }
        if (!same) {
            found.add("options: expected <" + PacketText.options(expected) + ">, came <" + PacketText.options(actual)
                    + ">");
        }
    }

    /** Values count only where the script says how long a tick is, as in packetdrill; the echo is then exact. */
    private static boolean sameTimestamps(
            final TcpOption expected, final TcpOption actual, final ScriptSettings settings) {
        if (settings.timestampTickUs() == 0) {
            return true;
        }
        final long apartUs = Math.abs((long) (actual.int32(0) - expected.int32(0))) * settings.timestampTickUs();
        return apartUs <= settings.fixedToleranceUs() && expected.int32(4) == actual.int32(4);
    }
}
